#include "capture/bpf_filter.h"

#include <array>
#include <pcap/pcap.h>
#include <rte_bpf.h>
#include <rte_errno.h>
#include <rte_malloc.h>

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
  bpf_program program = {};
  const bool good = compile_into(program, expression, error);
  if (good)
    pcap_freecode(&program);
  return good;
}

std::unique_ptr<CaptureFilter> CaptureFilter::compile(const std::string &expression, How how,
                                                      std::string &error) {
  auto program = std::make_unique<bpf_program>();
  if (!compile_into(*program, expression, error))
    return nullptr;
  std::unique_ptr<CaptureFilter> filter(new CaptureFilter);
  filter->program_ = std::move(program);
  if (how == How::native)
    filter->make_native();
  return filter;
}

CaptureFilter::~CaptureFilter() {
  if (native_ != nullptr)
    rte_bpf_destroy(native_);
  pcap_freecode(program_.get());
}

void CaptureFilter::make_native() {
  rte_bpf_prm *parameters = rte_bpf_convert(program_.get());
  if (parameters == nullptr)
    return;
  native_ = rte_bpf_load(parameters);
  rte_free(parameters);
  rte_bpf_jit code = {};
  if (native_ != nullptr && rte_bpf_get_jit(native_, &code) == 0)
    machine_code_ = code.func;
}

std::uint64_t CaptureFilter::wanted(Burst &burst) const {
  std::uint64_t bits = 0;
  if (machine_code_ != nullptr) {
    for (std::size_t i = 0; i < burst.size(); ++i)
      bits |= static_cast<std::uint64_t>(machine_code_(&burst.mbuf(i)) != 0) << i;
  } else if (native_ != nullptr) {
    std::array<std::uint64_t, kBurst> results;
    rte_bpf_exec_burst(native_, reinterpret_cast<void **>(burst.places()), results.data(),
                       static_cast<std::uint32_t>(burst.size()));
    for (std::size_t i = 0; i < burst.size(); ++i)
      bits |= static_cast<std::uint64_t>(results[i] != 0) << i;
  } else {
    for (std::size_t i = 0; i < burst.size(); ++i) {
      const wire::Frame &frame = burst.frame(i);
      const unsigned accepted =
          bpf_filter(program_->bf_insns, frame.data, frame.length, frame.captured);
      bits |= static_cast<std::uint64_t>(accepted != 0) << i;
    }
  }
  return bits;
}

} // namespace handspan::capture
