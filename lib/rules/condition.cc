// One condition of a rule: a table of `all`, `any` or `none`.
//
//   { field = "sni", domain = "*.example.com" }       a field, and what it is held against
//   { outcome = "failed" }                            or one of the plain questions
#include "rules/facts.h"

#include "rules/reading.h"

#include "base/quote.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace handspan::rules {

namespace {

constexpr Ask kPatterns[] = {Ask::equals, Ask::domain, Ask::contains,
                             Ask::regex,  Ask::list,   Ask::cidr};

std::string_view field_name(std::size_t i) {
  return name(static_cast<Field>(i));
}
// Of those that a connection may be without.
std::string_view optional_field_name(std::size_t i) {
  const auto field = static_cast<Field>(i);
  return shape(field) == Shape::address || shape(field) == Shape::bytes ? "" : name(field);
}
template <class Enum> std::string_view code_name(std::size_t i) {
  const auto code = static_cast<Enum>(i);
  return i == 0 && record::name(code) == "none" ? "" : record::name(code);
}
std::string_view outcome_name(std::size_t i) {
  return record::name(static_cast<record::Outcome>(i));
}
std::string_view phase_name(std::size_t i) {
  return record::name(static_cast<record::Phase>(i));
}
template <auto &Words> std::string_view word_of(std::size_t i) {
  return Words[i];
}
constexpr std::array<std::string_view, 6> kVersions = {"SSLv2",   "SSLv3",   "TLSv1.0",
                                                       "TLSv1.1", "TLSv1.2", "TLSv1.3"};
constexpr std::array<std::uint16_t, 6> kVersionNumbers = {0x0002, 0x0300, 0x0301,
                                                          0x0302, 0x0303, 0x0304};
// In the order of record::KeyType.
constexpr std::array<std::string_view, 12> kKeyTypes = {"",    "rsa",         "ec", "", "", "dsa",
                                                        "sm2", "ec_explicit", "",   "", "", ""};

class Reader {
public:
  Reader(const toml::table &table, Group group, Rule &rule, Findings &findings)
      : table_(table), rule_(rule), findings_(findings), values_(rule, findings) {
    c_.group = group;
    c_.line = table.source().begin.line;
  }

  bool read() {
    const bool good = table_.contains("field") ? pattern() : plain();
    if (good)
      rule_.conditions.push_back(std::move(c_));
    return good;
  }

private:
  bool refuse(std::string_view field, std::string what) {
    findings_.fault(rule_, std::string(field), std::move(what), c_.line);
    return false;
  }

  // Keys that stand beside `first` and `second`, which know nothing of them.
  bool alone(std::string_view first, std::string_view second = {}, std::string_view third = {}) {
    for (const auto &[key, node] : table_) {
      const std::string_view k = key.str();
      if (k != first && k != second && k != third)
        return refuse(k, "is not understood beside " + base::quoted(first) +
                             ": a condition is one question, so write another { … } for it");
    }
    return true;
  }

  bool pattern() {
    const toml::node &given = *table_.get("field");
    const auto text = values_.text(given, "field");
    if (!text)
      return false;
    const std::size_t number = field_of(*text);
    if (number == kFields)
      return refuse("field", "there is no field " + base::quoted(*text) + ", but " +
                                 any_of(field_name, kFields));
    c_.field = static_cast<Field>(number);
    for (const Ask ask : kPatterns)
      if (const toml::node *node = table_.get(name(ask))) {
        c_.ask = ask;
        return alone("field", name(ask), "caseless") && caseless() && fits() && take(*node);
      }
    return refuse(name(c_.field), std::string("needs what it is held against: ") +
                                      (shape(c_.field) == Shape::address
                                           ? "cidr or list"
                                           : "equals, domain, contains, regex or list"));
  }

  bool caseless() {
    const toml::node *node = table_.get("caseless");
    const auto value = node ? values_.flag(*node, "caseless") : true;
    c_.caseless = value.value_or(true);
    return value.has_value();
  }

  // Does such a question fit the field?
  bool fits() {
    const Shape is = shape(c_.field);
    const std::string field(name(c_.field)), ask(name(c_.ask));
    if ((is == Shape::address) != (c_.ask == Ask::cidr) && c_.ask != Ask::list)
      return refuse(field, is == Shape::address ? "is an address: it takes cidr or list"
                                                : "is no address: it takes no cidr");
    if (c_.ask == Ask::domain && is != Shape::name)
      return refuse(field, "holds no host names: domain is for sni, certificate.san and http.host");
    if (is == Shape::bytes && (c_.ask == Ask::equals || c_.ask == Ask::list))
      return refuse(field, "is what came first, and more follows: it takes regex or contains; a "
                           "regex that begins with ^ is held against the very first byte");
    if (is == Shape::bytes && c_.group == Group::none)
      return refuse(field, "can't stand under none: its bytes are gone when the rest is known");
    return true;
  }

  bool take(const toml::node &node) {
    if (c_.ask == Ask::list) {
      const auto file = values_.text(node, "list");
      if (!file || file->empty() || file->find('\0') != std::string::npos)
        return file && refuse("list", "must name a file");
      c_.list = (std::filesystem::path(rule_.file).parent_path() / *file).string();
      return true;
    }
    auto given = values_.texts(node, name(c_.ask), kMaxValues);
    if (!given)
      return false;
    c_.values = std::move(*given);
    return true;
  }

  bool plain() {
    struct Question {
      Ask ask;
      bool (Reader::*read)(const toml::node &);
    };
    static constexpr Question kQuestions[] = {
        {Ask::present, &Reader::field_there},
        {Ask::missing, &Reader::field_there},
        {Ask::port, &Reader::ports},
        {Ask::tls, &Reader::flag},
        {Ask::version_below, &Reader::version},
        {Ask::expires_within, &Reader::time},
        {Ask::certificate, &Reader::words<&word_of<kFlaws>, kFlaws.size()>},
        {Ask::key_shorter_than, &Reader::key},
        {Ask::post_quantum, &Reader::one_word<&word_of<kPostQuantum>, kPostQuantum.size()>},
        {Ask::outcome, &Reader::words<&outcome_name, record::kOutcomes>},
        {Ask::cause, &Reader::words<&code_name<record::Cause>, record::kCauses>},
        {Ask::by, &Reader::words<&code_name<record::By>, 5>},
        {Ask::phase, &Reader::words<&phase_name, record::kPhases>},
        {Ask::step, &Reader::words<&code_name<record::Step>, kSteps>},
        {Ask::longer_than, &Reader::longer}};
    for (const Question &question : kQuestions)
      if (const toml::node *node = table_.get(name(question.ask))) {
        c_.ask = question.ask;
        return alone(name(question.ask)) && (this->*question.read)(*node);
      }
    std::string known = "field";
    for (const Question &question : kQuestions)
      known += ", " + std::string(name(question.ask));
    std::string got;
    for (const auto &[key, node] : table_)
      got += (got.empty() ? "" : ", ") + base::quoted(key.str());
    return refuse("", "a condition asks one of " + known + (got.empty() ? "" : ", not " + got));
  }

  bool field_there(const toml::node &node) {
    const auto number = values_.word(node, name(c_.ask), optional_field_name, kFields);
    c_.field = static_cast<Field>(number.value_or(0));
    return number.has_value();
  }

  bool flag(const toml::node &node) {
    const auto value = values_.flag(node, name(c_.ask));
    c_.number = value.value_or(false);
    return value.has_value();
  }

  bool version(const toml::node &node) {
    const auto number = values_.word(node, name(c_.ask), word_of<kVersions>, kVersions.size());
    c_.number = kVersionNumbers[number.value_or(0)];
    return number.has_value();
  }

  bool time(const toml::node &node) {
    const auto value = values_.duration(node, name(c_.ask));
    c_.time = value.value_or(0);
    return value.has_value();
  }

  template <Values::Word Word, std::size_t Count> bool words(const toml::node &node) {
    static_assert(Count <= 64);
    const auto wanted = values_.words(node, name(c_.ask), Word, Count);
    c_.wanted = wanted.value_or(0);
    return wanted.has_value();
  }

  template <Values::Word Word, std::size_t Count> bool one_word(const toml::node &node) {
    const auto number = values_.word(node, name(c_.ask), Word, Count);
    c_.number = number.value_or(0);
    return number.has_value();
  }

  // { key_shorter_than = { rsa = 2048, ec = 256 } }
  bool key(const toml::node &node) {
    const toml::table *types = node.as_table();
    if (types == nullptr || types->empty()) {
      values_.refuse(node, name(c_.ask),
                     "a table of bits by kind of key, as { rsa = 2048, ec = 256 }");
      return false;
    }
    for (const auto &[kind, bits] : *types) {
      const auto *found = std::find(kKeyTypes.begin(), kKeyTypes.end(), kind.str());
      if (found == kKeyTypes.end() || found->empty())
        return refuse(name(c_.ask), base::quoted(kind.str()) + " is none of " +
                                        any_of(word_of<kKeyTypes>, kKeyTypes.size()));
      const auto number = values_.number(bits, name(c_.ask), 1, 65'535);
      if (!number)
        return false;
      c_.least_bits[static_cast<std::size_t>(found - kKeyTypes.begin())] =
          static_cast<std::uint16_t>(*number);
    }
    return true;
  }

  // { longer_than = { tls_handshake = "500ms" } }
  bool longer(const toml::node &node) {
    const toml::table *spans = node.as_table();
    if (spans == nullptr || spans->size() != 1) {
      values_.refuse(node, name(c_.ask),
                     "one phase and its bound, as { tls_handshake = \"500ms\" }; a phase is " +
                         any_of(word_of<kSpans>, kSpans.size()));
      return false;
    }
    bool good = false;
    for (const auto &[which, bound] : *spans) {
      const auto *found = std::find(kSpans.begin(), kSpans.end(), which.str());
      if (found == kSpans.end())
        return refuse(name(c_.ask), base::quoted(which.str()) + " is none of " +
                                        any_of(word_of<kSpans>, kSpans.size()));
      c_.span = static_cast<std::size_t>(found - kSpans.begin());
      good = time(bound);
    }
    return good;
  }

  // 443, "8000-8999", or a list of such.
  bool ports(const toml::node &node) {
    const toml::array *list = node.as_array();
    if (list == nullptr)
      return one_port(node);
    if (list->empty() || list->size() > kMaxValues)
      return refuse_ports(node);
    return std::all_of(list->begin(), list->end(),
                       [this](const toml::node &element) { return one_port(element); });
  }

  bool refuse_ports(const toml::node &node) {
    values_.refuse(
        node, name(c_.ask),
        "a port from 0 to 65535, as 443, or a range, as \"8000-8999\", or a list of 1 to " +
            std::to_string(kMaxValues) + " of these");
    return false;
  }

  static std::int64_t whole_number(std::string_view text) {
    std::int64_t number = -1;
    const char *const end = text.data() + text.size();
    return std::from_chars(text.data(), end, number).ptr == end ? number : -1;
  }

  bool one_port(const toml::node &node) {
    std::int64_t from = -1, to = -1;
    if (const auto number = node.value_exact<std::int64_t>()) {
      from = to = *number;
    } else if (const auto text = node.value_exact<std::string>()) {
      const std::size_t dash = text->find('-');
      from = whole_number(std::string_view(*text).substr(0, dash));
      to =
          dash == std::string::npos ? from : whole_number(std::string_view(*text).substr(dash + 1));
    }
    if (from < 0 || to < from || to > 65'535)
      return refuse_ports(node);
    c_.ports.emplace_back(static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to));
    return true;
  }

  static constexpr std::size_t kSteps = static_cast<std::size_t>(record::Step::rst) + 1;

  const toml::table &table_;
  Rule &rule_;
  Findings &findings_;
  Values values_;
  Condition c_;
};

} // namespace

bool read_condition(const toml::table &table, Group group, Rule &rule, Findings &findings) {
  return Reader(table, group, rule, findings).read();
}

} // namespace handspan::rules
