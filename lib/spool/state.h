// How far a sink has delivered, on disk. Before it delivers a batch a sink says so; so what was cut
// off in the middle is delivered again as the very same batch, and the receiver can tell.
#pragma once

#include <cstdint>
#include <string>

namespace handspan::spool {

struct SinkState {
  std::uint64_t next = 0;  // the first file that was not delivered
  std::uint64_t until = 0; // files from `next` up to before this one are being delivered; 0: none
  std::string memo;        // what the sink wants to know again; one line
};

// False: there is none.
bool load(const std::string &path, SinkState &state);
// As a whole or not at all. False: `why` says it.
bool store(const std::string &path, const SinkState &state, std::string &why);

} // namespace handspan::spool
