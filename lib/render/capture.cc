#include "render/capture.h"

#include "render/phrases.h"
#include "render/units.h"

namespace handspan::render {
namespace {

std::string udp(const record::Counters &c, Language language) {
  const std::string all = grouped(c.skipped_udp);
  if (c.udp_quic == 0)
    return fill(Phrase::kind_udp, language, {{"n", all}});
  if (c.udp_quic == c.skipped_udp)
    return fill(Phrase::kind_udp_quic, language, {{"n", all}});
  return fill(Phrase::kind_udp_some_quic, language, {{"n", all}, {"quic", grouped(c.udp_quic)}});
}

std::string kinds(const record::Counters &c, Language language) {
  const struct {
    Phrase phrase;
    std::uint64_t count;
  } kOthers[] = {
      {Phrase::kind_icmp, c.skipped_icmp},
      {Phrase::kind_other_transport, c.skipped_other_transport},
      {Phrase::kind_fragment, c.skipped_ipv4_fragment + c.skipped_ipv6_fragment},
      {Phrase::kind_not_ip, c.skipped_not_ip},
      {Phrase::kind_truncated, c.skipped_truncated},
      {Phrase::kind_malformed, c.skipped_malformed},
      {Phrase::kind_too_deep, c.skipped_too_deep},
      {Phrase::kind_unsupported_link, c.skipped_unsupported_link},
  };
  std::string out = c.skipped_udp > 0 ? udp(c, language) : std::string{};
  for (const auto &[id, count] : kOthers)
    if (count > 0)
      out.append(out.empty() ? "" : phrase(Phrase::comma, language))
          .append(fill(id, language, {{"n", grouped(count)}}));
  return out;
}

} // namespace

std::string cut_frames(std::uint64_t cut, std::uint64_t all, std::uint32_t bytes,
                       const Style &style) {
  if (cut == 0)
    return {};
  return fill(Phrase::cut_frames, style.language,
              {{"n", grouped(cut)}, {"all", grouped(all)}, {"bytes", grouped(bytes)}}) +
         "\n";
}

std::string no_tcp(const record::Counters &c, const Style &style) {
  if (c.tcp_packets > 0)
    return {};
  if (c.received_packets == 0)
    return std::string(phrase(Phrase::no_packets, style.language)) + "\n";
  return fill(Phrase::no_tcp, style.language, {{"kinds", kinds(c, style.language)}}) + "\n";
}

} // namespace handspan::render
