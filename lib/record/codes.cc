#include "record/codes.h"

#include "record/rules.h"

#include <span>

namespace handspan::record {

namespace {

constexpr std::string_view kCauseNames[] = {
#define HANDSPAN_CAUSE(name, help) #name,
#include "record/causes.def"
#undef HANDSPAN_CAUSE
};

constexpr std::string_view kCauseHelp[] = {
#define HANDSPAN_CAUSE(name, help) help,
#include "record/causes.def"
#undef HANDSPAN_CAUSE
};

constexpr std::string_view kRuleNames[] = {
#define HANDSPAN_RULE(name, ...) #name,
#include "record/rules.def"
#undef HANDSPAN_RULE
};

constexpr std::string_view kStepNames[] = {
#define HANDSPAN_STEP(name, title) #name,
#include "record/steps.def"
#undef HANDSPAN_STEP
};

constexpr std::string_view kStepTitles[] = {
#define HANDSPAN_STEP(name, title) title,
#include "record/steps.def"
#undef HANDSPAN_STEP
};

constexpr std::string_view kLimitNames[] = {
    "none",
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) #name,
#include "record/limits.def"
#undef HANDSPAN_LIMIT
};

constexpr std::string_view kLimitKeys[] = {
    "",
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) key,
#include "record/limits.def"
#undef HANDSPAN_LIMIT
};

constexpr std::string_view kPhaseNames[] = {"tcp_handshake", "tls_handshake", "data", "teardown"};
constexpr std::string_view kOutcomeNames[] = {"completed", "failed", "open", "unknown", "unused"};
constexpr std::string_view kByNames[] = {"none", "client", "server", "network", "probe"};
constexpr std::string_view kConfidenceNames[] = {"seen",         "inferred",  "one_sided",
                                                 "capture_loss", "truncated", "probe_limit"};
constexpr std::string_view kMptcpNames[] = {"none", "capable", "join"};
constexpr std::string_view kWishNames[] = {"none", "tls", "tunnel"};
constexpr std::string_view kAnswerNames[] = {"none", "granted", "refused"};
constexpr std::string_view kTeardownNames[] = {"none",       "fin",        "half_closed",
                                               "rst_client", "rst_server", "timeout"};
constexpr std::string_view kConnStateNames[] = {
    "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"};

template <class Code> std::string_view pick(std::span<const std::string_view> texts, Code code) {
  const auto i = static_cast<std::size_t>(code);
  return i < texts.size() ? texts[i] : "?";
}

} // namespace

std::string_view name(Phase code) {
  return pick(kPhaseNames, code);
}
std::string_view name(Outcome code) {
  return pick(kOutcomeNames, code);
}
std::string_view name(By code) {
  return pick(kByNames, code);
}
std::string_view name(Mptcp code) {
  return pick(kMptcpNames, code);
}
std::string_view name(Wish code) {
  return pick(kWishNames, code);
}
std::string_view name(Answer code) {
  return pick(kAnswerNames, code);
}
std::string_view name(Confidence code) {
  return pick(kConfidenceNames, code);
}
std::string_view name(Teardown code) {
  return pick(kTeardownNames, code);
}
std::string_view name(ConnState code) {
  return pick(kConnStateNames, code);
}
std::string_view name(Cause code) {
  return pick(kCauseNames, code);
}
std::string_view name(Rule code) {
  return pick(kRuleNames, code);
}
std::string_view name(Step code) {
  return pick(kStepNames, code);
}
std::string_view name(Limit code) {
  return pick(kLimitNames, code);
}
std::string_view key(Limit code) {
  return pick(kLimitKeys, code);
}
std::string_view title(Step code) {
  return pick(kStepTitles, code);
}
std::string_view help(Cause code) {
  return pick(kCauseHelp, code);
}

} // namespace handspan::record
