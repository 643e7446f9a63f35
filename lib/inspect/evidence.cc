// What a verdict rests on beside the trackers' states: gathered while packets go the long way,
// handed over with the record.
#include "inspect/state.h"
#include "wire/tcp_options.h"

namespace handspan::inspect {

namespace {

const tcp::SackBlocks kNoBlocks;

tcp::SackBlocks blocks_of(const wire::TcpOptions &options) {
  tcp::SackBlocks blocks;
  for (const wire::SackBlock &block : options.sack)
    (void)blocks.push({block.begin, block.end});
  return blocks;
}

} // namespace

void Inspector::State::weigh(Subject &s, const Packet &packet, const tcp::Before &before) {
  tcp::Evidence &evidence = s.track.evidence;
  tcp::Carried carried{packet.view.hop_limit, wire::has_only_timestamps(packet.view)};
  if (packet.view.options_length == 0 || carried.timestamps) [[likely]] {
    evidence.weigh(s.flow.tcp, s.track.tcp, packet.from, packet.segment, carried, kNoBlocks,
                   before);
  } else {
    const wire::TcpOptions options = wire::read_tcp_options(packet.view);
    carried.timestamps = options.timestamps;
    evidence.weigh(s.flow.tcp, s.track.tcp, packet.from, packet.segment, carried,
                   blocks_of(options), before);
  }
  if (evidence.waits() != s.has(flow_flag::watched))
    s.flow.flags ^= flow_flag::watched;
}

} // namespace handspan::inspect
