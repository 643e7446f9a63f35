#include "doctor_size.h"

#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "measured.h"
#include "render/sizing.h"

namespace handspan::app {
namespace {

constexpr double kMost = 1e12;

using sizing::CostId;

void use_said(const SizeOptions &options, sizing::Costs &costs) {
  const auto said = [&costs](CostId id, double value, const char *option) {
    if (value > 0)
      costs.set(id, value, option);
  };
  said(CostId::packets_per_core, options.packets_per_core, "--packets-per-core");
  said(CostId::handshakes_per_core, options.handshakes_per_core, "--handshakes-per-core");
  said(CostId::tls_bytes, options.connection_bytes, "--connection-bytes");
  said(CostId::plain_bytes, options.connection_bytes, "--connection-bytes");
}

} // namespace

Option add_size_options(Command doctor, SizeOptions &options) {
  Option size =
      doctor
          .option("--size", options.rate,
                  "how large a server has to be for this rate in bits a second: 10G, 100G, 400M")
          .check([](const std::string &text) {
            return sizing::parse_rate(text) ? std::string()
                                            : std::string("a rate is written 100G or 400M");
          })
          .type_name("RATE");
  const auto number = [&](const char *name, double &value, const char *help, double least,
                          double most) {
    return doctor.option(name, value, help).within(least, most).needs(size);
  };
  sizing::Load &load = options.load;
  number("--packet-bytes", load.packet_bytes, "bytes of a packet, on average", 40, 65'535)
      .show_default();
  number("--connections-per-second", load.connections_per_second, "new connections a second", 1,
         kMost);
  number("--connections", load.connections, "connections open at once", 1, kMost);
  number("--tls-percent", load.tls_percent, "of the connections", 0, 100).show_default();
  number("--record-seconds", load.record_seconds, "of records that are kept for readers", 0, 3'600)
      .show_default();
  number("--reserve", load.reserve_percent, "of each core, in per cent", 0, 90).show_default();
  number("--packets-per-core", options.packets_per_core, "instead of the measured figure", 1,
         kMost);
  number("--handshakes-per-core", options.handshakes_per_core, "instead of the measured figure", 1,
         kMost);
  number("--connection-bytes", options.connection_bytes, "instead of the measured figures", 1,
         1 << 20);
  doctor.option("--measured", options.measured, "figures of tools/bench --json")
      .needs(size)
      .type_name("FILE");
  return size;
}

int show_size(const SizeOptions &options, bool json, const LookOptions &look) {
  sizing::Costs costs;
  if (!options.measured.empty())
    if (const std::string fault = use_measured(options.measured, costs); !fault.empty()) {
      complain(options.measured, fault);
      return kFault;
    }
  use_said(options, costs);
  sizing::Load load = options.load;
  load.bits_per_second = sizing::parse_rate(options.rate).value_or(0);
  Output output;
  if (json)
    output.line(render::sizing_json(load, costs));
  else
    output.write(render::sizing_text(load, costs, options.rate, style_for(look)));
  return output.finish(kOk);
}

} // namespace handspan::app
