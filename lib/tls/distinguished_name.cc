//   Name ::= SEQUENCE OF RelativeDistinguishedName
//   RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
//   AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }
//                                                                 RFC 5280, section 4.1.2.4
#include "tls/distinguished_name.h"

#include "base/utf8.h"
#include "tls/der.h"
#include "tls/object_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace handspan::tls {

namespace {

using base::Bytes;

// The shortest attribute with its separator, "C=," is three bytes long: more can't be shown.
constexpr std::size_t kMostShown = kMaxName / 3 + 1;
constexpr std::size_t kMaxObjectId = 79;

struct Attribute {
  Bytes type;
  Element value;
};

// Attributes one after the other, and which RDN each belongs to.
class Attributes {
public:
  explicit Attributes(Bytes name) : names_(name), set_({}) {}

  // False at the end, or where the name is damaged.
  bool next(Attribute &attribute) {
    while (set_.empty()) {
      if (names_.empty() || !set_.ok())
        return false;
      set_ = Der(names_.take(tag::set));
      ++rdn_;
    }
    Der fields(set_.take(tag::sequence));
    attribute.type = fields.take(tag::object_id);
    attribute.value = fields.next();
    return fields.ok();
  }
  [[nodiscard]] std::uint32_t rdn() const { return rdn_; }

private:
  Der names_, set_;
  std::uint32_t rdn_ = 0;
};

// How many bytes a character of a string type has; 0 for UTF-8, -1 for what is no string.
int width_of(std::uint8_t type) {
  switch (type) {
  case tag::utf8_string:
    return 0;
  case tag::numeric_string:
  case tag::printable_string:
  case tag::t61_string: // taken for Latin-1, as most software that makes them does
  case tag::ia5_string:
  case tag::visible_string:
  case tag::utc_time:
  case tag::generalized_time:
    return 1;
  case tag::bmp_string:
    return 2;
  case tag::universal_string:
    return 4;
  default:
    return -1;
  }
}

// The characters of a string, as code points.
class Characters {
public:
  Characters(Bytes content, int width) : text_(base::text_of(content)), width_(width) {}

  [[nodiscard]] bool empty() const { return text_.empty(); }
  std::uint32_t next() {
    if (width_ == 0)
      return base::take_character(text_);
    std::uint32_t c = 0;
    const std::size_t n = std::min<std::size_t>(static_cast<std::size_t>(width_), text_.size());
    for (std::size_t i = 0; i < n; ++i)
      c = c << 8 | static_cast<std::uint8_t>(text_[i]);
    text_.remove_prefix(n);
    return c;
  }

private:
  std::string_view text_;
  int width_;
};

constexpr char kUpperHex[] = "0123456789ABCDEF";

// Text up to kMaxName bytes; a character that does not fit ends it.
class NameText {
public:
  [[nodiscard]] bool full() const { return full_; }
  std::string take() { return std::move(text_); }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  void put(std::string_view piece) {
    full_ = full_ || text_.size() + piece.size() > kMaxName;
    if (!full_)
      text_ += piece;
  }
  void put_hex(std::uint8_t byte) {
    const char digits[] = {kUpperHex[byte >> 4], kUpperHex[byte & 15]};
    put({digits, 2});
  }
  // RFC 4514, section 2.4: escapes of what would be read otherwise.
  void put_escaped(std::uint32_t c, bool first, bool last) {
    const bool edge = (first && (c == '#' || c == ' ')) || (last && c == ' ');
    if (c < 0x20 || c == 0x7f) {
      put("\\");
      put_hex(static_cast<std::uint8_t>(c));
      return;
    }
    std::string one;
    if (edge || (c < 0x80 && std::string_view(",+\"\\<>;").find(static_cast<char>(c)) !=
                                 std::string_view::npos))
      one += '\\';
    base::put_character(one, c);
    put(one);
  }

private:
  std::string text_;
  bool full_ = false;
};

// A value of a type that nobody knows, or no string, is shown as the hex digits of its DER.
void put_value(NameText &out, const Element &value, bool known) {
  const int width = known ? width_of(value.tag) : -1;
  if (width < 0) {
    out.put("#");
    for (std::size_t i = 0; i < value.whole.size() && !out.full(); ++i)
      out.put_hex(value.whole[i]);
    return;
  }
  Characters characters(value.content, width);
  for (bool first = true; !characters.empty() && !out.full(); first = false) {
    const std::uint32_t c = characters.next();
    const bool last = characters.empty();
    out.put_escaped(c, first && !last, last);
  }
}

void put_attribute(NameText &out, const Attribute &attribute) {
  const std::string_view name = short_name(attribute.type);
  out.put(name.empty() ? dotted(attribute.type, kMaxObjectId) : name);
  out.put("=");
  put_value(out, attribute.value, !name.empty());
}

bool is_space(std::uint32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// A string's characters as they are compared: in lower case, outer spaces left out, inner ones one.
class Compared {
public:
  static constexpr std::uint32_t kEnd = 0xfffffffe;

  explicit Compared(const Element &value) : in_(value.content, width_of(value.tag)) {}

  std::uint32_t next() {
    if (waiting_ != kEnd)
      return std::exchange(waiting_, kEnd);
    bool space = false;
    while (!in_.empty()) {
      std::uint32_t c = in_.next();
      if (is_space(c)) {
        space = true;
        continue;
      }
      if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
      const bool between = space && begun_;
      begun_ = true;
      if (!between)
        return c;
      waiting_ = c;
      return ' ';
    }
    return kEnd;
  }

private:
  Characters in_;
  std::uint32_t waiting_ = kEnd;
  bool begun_ = false;
};

bool same_value(const Element &a, const Element &b) {
  if (width_of(a.tag) < 0 || width_of(b.tag) < 0)
    return std::ranges::equal(a.whole, b.whole);
  Compared left(a), right(b);
  for (;;) {
    const std::uint32_t c = left.next();
    if (c != right.next())
      return false;
    if (c == Compared::kEnd)
      return true;
  }
}

} // namespace

// RFC 4514 begins with the last RDN, but a name can only be read from its front: the latest
// attributes, as many as could be shown, are kept in a ring.
std::string name_text(Bytes name) {
  struct Kept {
    Attribute attribute;
    std::uint32_t rdn = 0;
  };
  std::array<Kept, kMostShown> kept;
  std::size_t count = 0;
  Attributes attributes(name);
  for (Attribute attribute; attributes.next(attribute); ++count)
    kept[count % kMostShown] = {attribute, attributes.rdn()};
  NameText out;
  std::uint32_t before = 0;
  const std::size_t end = count - std::min(count, kMostShown);
  for (std::size_t i = count; i-- > end && !out.full();) {
    const Kept &one = kept[i % kMostShown];
    if (!out.empty())
      out.put(one.rdn == before ? "+" : ",");
    before = one.rdn;
    put_attribute(out, one.attribute);
  }
  return out.take();
}

bool same_name(Bytes a, Bytes b) {
  if (std::ranges::equal(a, b))
    return true;
  Attributes left(a), right(b);
  for (Attribute one, other;;) {
    const bool more = left.next(one);
    if (more != right.next(other) || left.rdn() != right.rdn())
      return false;
    if (!more)
      return true;
    if (!std::ranges::equal(one.type, other.type) || !same_value(one.value, other.value))
      return false;
  }
}

} // namespace handspan::tls
