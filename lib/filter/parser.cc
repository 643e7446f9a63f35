//   filter    = and *( ( "||" / "or" ) and )
//   and       = not *( ( "&&" / "and" ) not )
//   not       = ( "!" / "not" ) not / "(" filter ")" / condition
//   condition = [ "any" / "all" ] field [ relation ]     ; without: it is there; of a flag: true
//   relation  = ( "==" / "!=" / "<" / "<=" / ">" / ">=" / eq / ne / lt / le / gt / ge ) value
//             / "contains" text / ( "matches" / "~" ) pattern
//             / [ "not" ] "in" ( value / "{" element *( [","] element ) "}" )
//   element   = value [ ".." value ]
//
// Of a field with several values "any" is meant, with "!=" and "not in" "all", as in Wireshark.
#include "filter/parser.h"

#include "base/nearest.h"
#include "base/quote.h"

#include <algorithm>
#include <array>

namespace handspan::filter {
namespace {

using render::FieldInfo;
using render::FieldType;

struct Relation {
  std::string_view mark, word;
};
constexpr Relation kRelations[] = {{"==", "eq"}, {"!=", "ne"}, {"<=", "le"},
                                   {">=", "ge"}, {"<", "lt"},  {">", "gt"}};

bool is_number(FieldType type) {
  return type != FieldType::address && type != FieldType::word && type != FieldType::text &&
         type != FieldType::object;
}

std::string did_you_mean(const std::string &near, render::Language language) {
  return near.empty() ? std::string() : words(Said::near, language, {{"near", near}});
}

} // namespace

std::string no_such_field(std::string_view name, render::Language language) {
  std::vector<std::string> paths, ends;
  std::string near;
  for (const FieldInfo &field : render::fields()) {
    paths.push_back(field.path);
    const std::string_view path = field.path;
    if (near.empty() && path.ends_with(name) && path.size() > name.size() &&
        path[path.size() - name.size() - 1] == '.')
      near = field.path; // "sni" for "tls.sni"
    ends.push_back(field.path.substr(field.path.rfind('.') + 1));
  }
  if (near.empty())
    near = base::nearest(name, paths);
  if (near.empty())
    if (const std::string end = base::nearest(name.substr(name.rfind('.') + 1), ends); !end.empty())
      near =
          paths[static_cast<std::size_t>(std::find(ends.begin(), ends.end(), end) - ends.begin())];
  return words(Said::no_field, language,
               {{"name", base::one_line(name, 64)}, {"near", did_you_mean(near, language)}});
}

std::unique_ptr<Parser::Node> Parser::run() {
  if (now().kind == Token::Kind::end) {
    wrong(now(), Said::empty);
    return nullptr;
  }
  auto root = row(Node::Kind::any);
  if (root != nullptr && now().kind != Token::Kind::end) {
    wrong(now(), now().is(")") ? Said::closes_nothing : Said::row_missing);
    return nullptr;
  }
  return root;
}

// A row of parts with one word between them; one part alone stands for itself.
std::unique_ptr<Parser::Node> Parser::row(Node::Kind kind) {
  const bool any = kind == Node::Kind::any;
  auto node = std::make_unique<Node>();
  node->kind = kind;
  do {
    auto part = any ? row(Node::Kind::all) : negation();
    if (part == nullptr)
      return nullptr;
    node->parts.push_back(std::move(part));
  } while (any ? take("||", "or") : take("&&", "and"));
  return node->parts.size() == 1 ? std::move(node->parts.front()) : std::move(node);
}

std::unique_ptr<Parser::Node> Parser::negation() {
  const Token begin = now();
  if (depth_ >= Filter::kMaxDepth) {
    wrong(begin, words(Said::too_deep, language_, Filter::kMaxDepth));
    return nullptr;
  }
  ++depth_;
  std::unique_ptr<Node> node;
  if (take("!", "not")) {
    node = std::make_unique<Node>();
    node->kind = Node::Kind::none;
    auto part = negation();
    if (part == nullptr)
      return nullptr;
    node->parts.push_back(std::move(part));
  } else if (take("(")) {
    node = row(Node::Kind::any);
    if (node != nullptr && !take(")")) {
      wrong(now().kind == Token::Kind::end ? begin : now(),
            now().kind == Token::Kind::end ? Said::never_closed : Said::row_or_end_missing);
      return nullptr;
    }
  } else {
    node = condition();
  }
  --depth_;
  return node;
}

std::unique_ptr<Parser::Node> Parser::condition() {
  bool any = false, all = false;
  if (tokens_[at_].kind == Token::Kind::word && at_ + 1 < tokens_.size() &&
      tokens_[at_ + 1].kind == Token::Kind::word) {
    all = take({}, "all");
    any = !all && take({}, "any");
  }
  field_ = now();
  if (field_.kind != Token::Kind::word) {
    wrong(field_, Said::field_missing);
    return nullptr;
  }
  const FieldInfo *field = render::find_field(field_.text);
  if (field == nullptr) {
    wrong(field_, no_such_field(field_.text, language_));
    return nullptr;
  }
  if (++conditions_ > Filter::kMaxConditions) {
    wrong(field_, words(Said::conditions, language_, Filter::kMaxConditions));
    return nullptr;
  }
  ++at_;
  auto node = std::make_unique<Node>();
  node->condition = std::make_unique<Condition>(*field, language_);
  if (!relation(*node->condition))
    return nullptr;
  node->condition->all = all || (node->condition->negated && !any);
  return node;
}

bool Parser::relation(Condition &condition) {
  for (const Relation &relation : kRelations)
    if (take(relation.mark, relation.word))
      return compare(condition, relation.mark);
  if (now().is_word("not") && tokens_[at_ + 1].is_word("in")) {
    ++at_;
    condition.negated = true;
  }
  if (take({}, "in"))
    return set(condition);
  const Token here = now();
  const bool contains = take({}, "contains");
  if (!contains && !take("~", "matches"))
    return true;
  const FieldType type = condition.field->type;
  if (type != FieldType::text && type != FieldType::word)
    return wrong(
        here, words(Said::no_text, language_,
                    {{"field", condition.field->path}, {"wanted", example_of(type, language_)}}));
  if (!wants_value())
    return false;
  if (!contains)
    return pattern(condition);
  condition.kind = Condition::Kind::contains;
  condition.texts.push_back(now().text);
  ++at_;
  return true;
}

bool Parser::compare(Condition &condition, std::string_view relation) {
  const FieldType type = condition.field->type;
  const bool equality = relation == "==" || relation == "!=";
  const Token &mark = tokens_[at_ - 1];
  condition.negated = relation == "!=";
  if (type == FieldType::object)
    return wrong(mark, words(Said::no_value, language_, {{"field", condition.field->path}}));
  if (!equality &&
      (type == FieldType::address || type == FieldType::word || type == FieldType::flag))
    return wrong(mark, words(Said::no_order, language_, {{"field", condition.field->path}}));
  if (!wants_value())
    return false;
  if (is_number(type))
    return number(condition, relation);
  if (type == FieldType::address)
    return address(condition);
  if (!text(condition, now()))
    return false;
  ++at_;
  if (!equality) {
    condition.kind = Condition::Kind::order;
    condition.below = relation[0] == '<';
    condition.above = relation[0] == '>';
    condition.equal = relation.size() == 2;
  }
  return true;
}

bool Parser::set(Condition &condition) {
  if (condition.field->type == FieldType::object)
    return wrong(tokens_[at_ - 1],
                 words(Said::no_value, language_, {{"field", condition.field->path}}));
  const Token open = now();
  if (!take("{"))
    return wants_value() && element(condition);
  if (now().is("}"))
    return wrong(now(), Said::set_empty);
  while (!take("}")) {
    if (now().kind == Token::Kind::end)
      return wrong(open, Said::set_never_closed);
    if (!wants_value() || !element(condition))
      return false;
    (void)take(",");
  }
  return true;
}

bool Parser::element(Condition &condition) {
  const FieldType type = condition.field->type;
  if (type == FieldType::address)
    return address(condition);
  if (is_number(type))
    return number(condition, "==");
  if (!text(condition, now()))
    return false;
  ++at_;
  if (now().is(".."))
    return wrong(now(), Said::no_text_range);
  return true;
}

bool Parser::number(Condition &condition, std::string_view relation) {
  const FieldType type = condition.field->type;
  condition.kind = Condition::Kind::numbers;
  const auto key = parse_key(now().text, type, clock_);
  if (!key)
    return wrong(now(), wanted(condition, type));
  const Token first = now();
  ++at_;
  Condition::Range range{*key, *key};
  if (relation[0] == '<')
    range = {0, *key};
  if (relation[0] == '>')
    range = {*key, UINT64_MAX};
  if (relation == "<" || relation == ">") {
    if (*key == (relation == "<" ? 0 : UINT64_MAX))
      return wrong(first, Said::nothing_beyond);
    (relation == "<" ? range.high : range.low) += relation == "<" ? -std::uint64_t{1} : 1;
  }
  if (relation == "==" && take("..")) {
    const auto last = wants_value() ? parse_key(now().text, type, clock_) : std::nullopt;
    if (!last || *last < *key)
      return last ? wrong(now(), Said::range_backwards) : wrong(now(), wanted(condition, type));
    range.high = *last;
    ++at_;
  }
  condition.ranges.push_back(range);
  return true;
}

bool Parser::address(Condition &condition) {
  condition.kind = Condition::Kind::addresses;
  auto range = parse_addresses(now().text);
  if (!range)
    return wrong(now(), wanted(condition, FieldType::address));
  ++at_;
  if (take("..")) {
    const auto last = wants_value() ? parse_addresses(now().text) : std::nullopt;
    if (!last)
      return wrong(now(), wanted(condition, FieldType::address));
    if (last->high.bytes < range->low.bytes || last->high.is_v4() != range->low.is_v4())
      return wrong(now(), Said::range_backwards);
    range->high = last->high;
    ++at_;
  }
  condition.addresses.push_back(*range);
  return true;
}

bool Parser::text(Condition &condition, const Token &value) {
  condition.kind = Condition::Kind::texts;
  const auto &known = condition.field->words;
  if (!known.empty() && std::find(known.begin(), known.end(), value.text) == known.end()) {
    const std::string near = base::nearest(value.text, {known.begin(), known.end()});
    std::string all;
    for (const std::string_view word : known)
      all.append(all.empty() ? "" : ", ").append(word);
    const bool list = near.empty() && all.size() < 160;
    return wrong(value,
                 words(Said::never_that, language_,
                       {{"field", condition.field->path},
                        {"value", base::quoted(value.text, 40)},
                        {"near", did_you_mean(near, language_)},
                        {"words", list ? words(Said::one_of, language_, {{"words", all}}) : ""}}));
  }
  condition.texts.push_back(value.text);
  return true;
}

bool Parser::pattern(Condition &condition) {
  if (++patterns_ > Filter::kMaxPatterns)
    return wrong(now(), words(Said::patterns, language_, Filter::kMaxPatterns));
  std::string why;
  condition.kind = Condition::Kind::matches;
  condition.pattern = Pattern::compile(now().text, language_, why);
  if (condition.pattern == nullptr)
    return wrong(now(), words(Said::bad_pattern, language_, {{"why", why}}));
  ++at_;
  return true;
}

bool Parser::take(std::string_view mark, std::string_view word) {
  if ((mark.empty() || !now().is(mark)) && (word.empty() || !now().is_word(word)))
    return false;
  ++at_;
  return true;
}

bool Parser::wants_value() {
  if (++values_ > Filter::kMaxConditions)
    return wrong(now(), words(Said::values, language_, Filter::kMaxConditions));
  return now().kind == Token::Kind::word || now().kind == Token::Kind::text ||
         wrong(now(), Said::value_missing);
}

std::string Parser::wanted(const Condition &condition, FieldType type) const {
  return words(Said::wants, language_,
               {{"field", condition.field->path}, {"wanted", example_of(type, language_)}});
}

bool Parser::wrong(const Token &at, Said what) {
  return wrong(at, std::string(words(what, language_)));
}

bool Parser::wrong(const Token &at, std::string message) {
  fault_ = {at.at, at.length, std::move(message)};
  return false;
}

} // namespace handspan::filter
