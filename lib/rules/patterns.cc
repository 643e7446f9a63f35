#include "rules/patterns.h"

#include "base/quote.h"
#include "rules/cache.h"

namespace handspan::rules {

namespace {

struct FreeError {
  void operator()(hs_compile_error_t *error) const { hs_free_compile_error(error); }
};
using CompileError = std::unique_ptr<hs_compile_error_t, FreeError>;

// Hyperscan speaks of its own flags where a user has none to set.
std::string reason(const hs_compile_error_t *error) {
  std::string text = error && error->message ? error->message : "no reason given";
  if (text.find("HS_FLAG_ALLOWEMPTY") != std::string::npos)
    text = "it would match everything, even empty text";
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  return base::one_line(text);
}

Database compile_now(const Patterns &patterns, PatternFault &fault) {
  std::vector<const char *> expressions;
  for (const std::string &expression : patterns.expressions)
    expressions.push_back(expression.c_str());
  hs_database_t *made = nullptr;
  hs_compile_error_t *failed = nullptr;
  if (hs_compile_multi(expressions.data(), patterns.flags.data(), patterns.ids.data(),
                       static_cast<unsigned int>(expressions.size()), patterns.mode, nullptr, &made,
                       &failed) == HS_SUCCESS)
    return Database(made);
  const CompileError error(failed);
  if (error && error->expression >= 0 &&
      static_cast<std::size_t>(error->expression) < expressions.size())
    fault.index = static_cast<std::size_t>(error->expression);
  fault.what = reason(error.get());
  return nullptr;
}

} // namespace

unsigned int flags_for(Field field, bool caseless) {
  return HS_FLAG_SINGLEMATCH | (has_lines(field) ? HS_FLAG_MULTILINE : HS_FLAG_DOTALL) |
         (caseless ? HS_FLAG_CASELESS : 0u);
}

std::string literally(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto byte = static_cast<std::uint8_t>(c);
    if (plain)
      out += c;
    else
      out += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 0xf];
  }
  return out;
}

Database compile(const Patterns &patterns, const Cache *cache, PatternFault &fault) {
  if (cache == nullptr)
    return compile_now(patterns, fault);
  if (Database kept = cache->find(patterns))
    return kept;
  Database made = compile_now(patterns, fault);
  if (made)
    cache->keep(patterns, *made);
  return made;
}

std::string fault_of(const std::string &expression, unsigned int flags, unsigned int mode) {
  hs_expr_info_t *info = nullptr;
  hs_compile_error_t *failed = nullptr;
  if (hs_expression_info(expression.c_str(), flags, &info, &failed) != HS_SUCCESS) {
    const CompileError error(failed);
    return reason(error.get());
  }
  std::free(info); // NOLINT: Hyperscan takes it from malloc
  Patterns alone;
  alone.add(expression, flags, 0);
  alone.mode = mode;
  PatternFault fault;
  return compile_now(alone, fault) ? std::string() : fault.what;
}

} // namespace handspan::rules
