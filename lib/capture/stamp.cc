#include "capture/stamp.h"

#include <cstdio>

namespace handspan::capture {

int stamp_place() {
  rte_mbuf_dynfield field = {};
  (void)std::snprintf(field.name, sizeof field.name, "handspan_stamp");
  field.size = sizeof(Stamp);
  field.align = alignof(Stamp);
  return rte_mbuf_dynfield_register(&field); // the same place for the same field
}

} // namespace handspan::capture
