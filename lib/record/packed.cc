#include "record/packed.h"

#include "record/field_count.h"
#include "record/packed_structs.h"
#include "record/packed_values.h"
#include "record/packing.h"
#include "record/rules.h"
#include "record/shift.h"

#include <new>
#include <string_view>

namespace handspan::record {

namespace packing {

namespace {

enum class When : std::uint8_t { always, end };
constexpr bool wanted(When when, bool event) {
  return !event || when == When::always;
}

struct Sizes {
  std::size_t fields = 0, marks = 0, most = 0;
};
template <class T, bool kEvent> constexpr Sizes sizes_of() {
  Sizes sum;
  T it{};
  Fields<T>::template each<kEvent>(it,
                                   [&sum]<class Kind, class Member>(const Member &, auto, auto...) {
                                     sum.fields += 1;
                                     sum.marks += Kind::template kMarks<Member, kEvent>;
                                     sum.most += Kind::template kMost<Member, kEvent>;
                                   });
  sum.most += (sum.marks + 7) / 8;
  return sum;
}

} // namespace

#define HANDSPAN_STRUCT(type) HANDSPAN_STRUCT_IF(type, true)
#define HANDSPAN_STRUCT_IF(type, means_something)                                                  \
  template <> struct Fields<type> {                                                                \
    using It = type;                                                                               \
    [[gnu::always_inline]] static bool there([[maybe_unused]] const It &it) {                      \
      return means_something;                                                                      \
    }                                                                                              \
    template <bool kEvent> static constexpr Sizes kSizes = sizes_of<type, kEvent>();               \
    template <bool kEvent, class Ref, class Visit>                                                 \
    [[gnu::always_inline]] static constexpr void each([[maybe_unused]] Ref &it,                    \
                                                      [[maybe_unused]] Visit &&visit) {
#define HANDSPAN_FIELD(kind, member, when, help)                                                   \
  if constexpr (wanted(When::when, kEvent))                                                        \
    visit.template operator()<kind>(it.member, [] { return It{}.member; });
#define HANDSPAN_CODE(member, when, last, otherwise, help)                                         \
  if constexpr (wanted(When::when, kEvent))                                                        \
    visit.template operator()<Code>(                                                               \
        it.member, [] { return It{}.member; }, last, otherwise);
#define HANDSPAN_END                                                                               \
  }                                                                                                \
  }                                                                                                \
  ;
#include "record/fields.def"
#undef HANDSPAN_STRUCT
#undef HANDSPAN_STRUCT_IF
#undef HANDSPAN_FIELD
#undef HANDSPAN_CODE
#undef HANDSPAN_END

// Of an item in a list: its marks stand there in any case.
template <class O, class T>
[[gnu::always_inline]] inline std::uint8_t *pack_item(O &out, std::uint8_t *const at, const T &it) {
  static_assert(Fields<T>::template kSizes<false>.fields == field_count<T>(),
                "a field of the struct is not in fields.def");
  constexpr std::size_t kMarks = kMarkBytes<T, O::kEvent>;
  std::memset(at, 0, kMarks);
  MarksToSet marks(at);
  std::uint8_t *end = at + kMarks;
  Fields<T>::template each<O::kEvent>(
      it, [&]<class Kind>(const auto &member, auto born, auto...)
              __attribute__((always_inline)) { end = Kind::pack(out, marks, end, member, born); });
  return end;
}

template <class O, class T>
[[gnu::noinline]] std::uint8_t *pack_fields(O &out, std::uint8_t *const at, const T &it) {
  constexpr std::array<std::uint8_t, kMarkBytes<T, O::kEvent>> kNone{};
  std::uint8_t *const end = pack_item(out, at, it);
  return std::memcmp(at, kNone.data(), kNone.size()) == 0 ? at : end;
}

template <class I, class T> [[gnu::noinline]] void unpack_fields(I &in, T &it) {
  const base::Bytes bytes = in.bytes.take(kMarkBytes<T, I::kEvent>);
  if (bytes.empty())
    return;
  MarksToTake marks(bytes.data());
  Fields<T>::template each<I::kEvent>(
      it, [&]<class Kind>(auto &member, auto born, auto... more)
              __attribute__((always_inline)) { Kind::unpack(in, marks, member, born, more...); });
}

} // namespace packing

namespace {

using packing::Fields;
using packing::In;
using packing::Out;

constexpr std::size_t kKind = 1; // a record's first byte
static_assert(kKind + Fields<Record>::kSizes<false>.most + sizeof(Record::text) + kVarintSlack <=
              kPackRoom);
static_assert(Fields<Story>::kSizes<false>.most + kVarintSlack <= kPackRoom);

template <bool kEvent> std::size_t pack_record(const Record &record, std::uint8_t *at) {
  Out<kEvent> out;
  out.record = &record;
  at[0] = static_cast<std::uint8_t>(record.kind);
  std::uint8_t *const end = packing::pack_fields(out, at + kKind, record);
  return static_cast<std::size_t>(end - at);
}

template <bool kEvent> bool unpack_record(base::Reader bytes, Record &out, Nanos shift) {
  In<kEvent> in{bytes, &out};
  in.shift = shift;
  if (!bytes.empty()) // or it has no field that is set
    packing::unpack_fields(in, out);
  if (out.decided.alert >= out.tls.alerts.size())
    out.decided.alert = kNoAlert;
  return in.bytes.ok();
}

constexpr std::string_view kDefinition =
#define HANDSPAN_STRUCT(type) #type "{"
#define HANDSPAN_STRUCT_IF(type, means_something) HANDSPAN_STRUCT(type)
#define HANDSPAN_FIELD(kind, member, when, help) #kind " " #member " " #when ";"
#define HANDSPAN_CODE(member, when, last, otherwise, help) "Code " #member " " #when ";"
#define HANDSPAN_END "}"
#include "record/fields.def"
    ;

// FNV-1a.
constexpr std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

} // namespace

std::size_t pack(const Record &record, PackRoom &to) {
  return record.kind == Kind::handshake ? pack_record<true>(record, to.data())
                                        : pack_record<false>(record, to.data());
}

std::size_t pack(const Story &story, PackRoom &to) {
  Out<false> out;
  return static_cast<std::size_t>(packing::pack_fields(out, to.data(), story) - to.data());
}

namespace {

bool unpack(base::Bytes bytes, Record &out, Nanos shift) {
  new (&out) Record; // in place: the text behind it need not be cleared
  base::Reader in(bytes);
  const std::uint8_t kind = in.u8();
  if (kind > static_cast<std::uint8_t>(Kind::handshake))
    return false;
  out.kind = static_cast<Kind>(kind);
  return in.ok() && (out.kind == Kind::handshake ? unpack_record<true>(in, out, shift)
                                                 : unpack_record<false>(in, out, shift));
}

} // namespace

bool unpack(base::Bytes bytes, Record &out) {
  return unpack(bytes, out, 0);
}

// Packed, all times are told from one.
void shift_times(Record &record, Nanos by) {
  PackRoom room;
  const std::size_t bytes = pack(record, room);
  unpack({room.data(), bytes}, record, by);
}

bool unpack(base::Bytes bytes, Story &out) {
  out.flow_id = out.missing = 0;
  out.facts.clear();
  out.parts.clear();
  In<false> in{base::Reader(bytes)};
  if (!bytes.empty())
    packing::unpack_fields(in, out);
  std::size_t left = out.parts.size();
  for (PacketFact &fact : out.facts) {
    if (fact.parts > left)
      fact.parts = 0;
    left -= fact.parts;
  }
  out.parts.count -= static_cast<std::uint32_t>(left); // what belongs to no fact
  return in.bytes.ok();
}

std::uint64_t layout_hash() {
  static constexpr std::uint64_t kHash = fingerprint(kDefinition);
  return kHash;
}

} // namespace handspan::record
