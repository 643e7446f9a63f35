#include "capture/bpf_filter.h"

#include <pcap/pcap.h>

namespace handspan::capture {
namespace {

constexpr int kSnapshot = 65'535; // what an accepting program returns

// libpcap compiles for a link type and needs a handle to tell it by.
bool compile_into(bpf_program &program, const std::string &expression, std::string &error) {
  pcap_t *handle = pcap_open_dead(DLT_EN10MB, kSnapshot);
  if (handle == nullptr) {
    error = "no memory";
    return false;
  }
  const bool good =
      pcap_compile(handle, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
  if (!good)
    error = pcap_geterr(handle);
  pcap_close(handle);
  return good;
}

} // namespace

bool CaptureFilter::check(const std::string &expression, std::string &error) {
  return compile(expression, error) != nullptr;
}

std::unique_ptr<CaptureFilter> CaptureFilter::compile(const std::string &expression,
                                                      std::string &error) {
  auto program = std::make_unique<bpf_program>();
  if (!compile_into(*program, expression, error))
    return nullptr;
  std::unique_ptr<CaptureFilter> filter(new CaptureFilter);
  filter->program_ = std::move(program);
  return filter;
}

CaptureFilter::~CaptureFilter() {
  pcap_freecode(program_.get());
}

std::uint64_t CaptureFilter::wanted(Burst &burst) const {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < burst.size(); ++i) {
    const wire::Frame &frame = burst.frame(i);
    const unsigned accepted =
        bpf_filter(program_->bf_insns, frame.data, frame.length, frame.captured);
    bits |= static_cast<std::uint64_t>(accepted != 0) << i;
  }
  return bits;
}

} // namespace handspan::capture
