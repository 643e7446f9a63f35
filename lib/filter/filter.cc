#include "filter/filter.h"

#include "filter/parser.h"
#include "filter/tree.h"
#include "filter/words.h"

#include <algorithm>

namespace handspan::filter {

Filter::Filter(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Filter::~Filter() = default;

std::unique_ptr<Filter> Filter::compile(std::string_view text, const Clock &clock,
                                        render::Language language, Fault &fault) {
  if (text.size() > kMaxBytes) {
    fault = {kMaxBytes, 0, words(Said::too_long, language, kMaxBytes)};
    return nullptr;
  }
  std::vector<Token> tokens;
  if (!tokens_of(text, tokens, language, fault))
    return nullptr;
  auto root = Parser(std::move(tokens), clock, language, fault).run();
  return root == nullptr ? nullptr : std::unique_ptr<Filter>(new Filter(std::move(root)));
}

bool Filter::holds(Node &node, const record::Record &record) {
  const auto is_so = [&record](const std::unique_ptr<Node> &part) { return holds(*part, record); };
  switch (node.kind) {
  case Node::Kind::all:
    return std::all_of(node.parts.begin(), node.parts.end(), is_so);
  case Node::Kind::any:
    return std::any_of(node.parts.begin(), node.parts.end(), is_so);
  case Node::Kind::none:
    return std::none_of(node.parts.begin(), node.parts.end(), is_so);
  case Node::Kind::condition:
    return node.condition->passes(record);
  }
  return false;
}

bool Filter::passes(const record::Record &record) {
  return holds(*root_, record);
}

} // namespace handspan::filter
