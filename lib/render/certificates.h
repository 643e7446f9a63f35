// The certificates of an inventory. Internal to lib/render.
#pragma once

#include "render/inventory.h"
#include "render/json_dom.h"

namespace handspan::render {

std::string certificates_text(const summary::Merged &merged, const InventoryView &view,
                              const Style &style);
// "certificates": [...], "certificates_given_up": n
void put_certificates(Json &out, const summary::Merged &merged, const InventoryView &view);

} // namespace handspan::render
