// Records all of whose fields say something, for tests that pack them.
#pragma once

#include "fields.h"
#include "record/packed.h"

#include <array>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace handspan::record::test {

template <class Item> std::vector<std::uint8_t> packed(const Item &item) {
  const auto room = std::make_unique<PackRoom>();
  const std::size_t bytes = pack(item, *room);
  return {room->data(), room->data() + bytes};
}

// Sets every field of a record to something that it can be.
class Fill {
public:
  Fill(Record &record, unsigned seed) : record_(record), random_(seed) {}

  template <class T> void operator()(const T &field) { set(const_cast<T &>(field)); }

private:
  std::uint64_t some() { // short and long ones, and none
    return random_() >> random_() % 64 & (random_() % 4 == 0 ? 0 : UINT64_MAX);
  }
  void set(bool &it) { it = random_() % 2 != 0; }
  void set(Side &it) { it = random_() % 2 != 0 ? Side::server : Side::client; }
  void set(Kind &it) { it = Kind::connection; }
  template <class T> void set(T &it) {
    if constexpr (std::is_arithmetic_v<T>)
      it = static_cast<T>(some());
    else if constexpr (std::is_enum_v<T>)
      it = static_cast<T>(random_() % 3); // all lists have so many
    else
      for_each_field(it, [this](const auto &field) { (*this)(field); });
  }
  template <class T, std::size_t N> void set(std::array<T, N> &it) {
    for (T &item : it)
      set(item);
  }
  template <class T, std::size_t N, class Count> void set(base::FixedVector<T, N, Count> &it) {
    it.count = static_cast<Count>(random_() % (N + 1));
    for (T &item : it) {
      item = {};
      set(item);
    }
  }
  template <std::size_t N> void set(base::FixedText<N> &it) {
    (void)it.assign(std::string(random_() % (N + 1), 'w'));
  }
  void set(Text &it) { it = record_.put(std::string(random_() % 40, 't')); }
  void set(decltype(Record::text) &) {}

  Record &record_;
  std::mt19937_64 random_;
};

inline void fill(Record &record, unsigned seed) {
  Fill all(record, seed);
  for_each_field(record.tls, all);
  for_each_field(record.tcp, all);
  for_each_field(record.app, all);
  for_each_field(record.icmp, all);
  for_each_field(record.decided, all);
  all(record.phases);
  all(record.phase_order);
  all(record.rules);
  all(record.first);
  all(record.last);
  all(record.client);
  all(record.flow_id);
  all(record.cause);
  all(record.outcome);
  all(record.worker);
  all(record.server_port);
  all(record.first_data);
  all(record.vlans);
  all(record.tunnels);
  const std::uint8_t four[] = {192, 0, 2, 1};
  record.server = Address::v4(four);
  record.vlan_count = record.tunnel_count = 3;
  // What says of itself that it means nothing is not kept.
  record.tls.present = true;
  record.icmp.count |= 1;
  record.tls.certificate.client.chain_length |= 1;
  record.tls.certificate.server.chain_length |= 1;
  for (PhaseSpan &span : record.phases)
    span.packets |= 1;
  for (Certificate *certificate : {&record.tls.certificate.client, &record.tls.certificate.server})
    certificate->key_type = static_cast<std::uint8_t>(KeyType::sm2);
  for (RuleHit &hit : record.rules)
    hit.severity %= kSeverities.size();
  if (record.decided.alert >= record.tls.alerts.size())
    record.decided.alert = kNoAlert;
}

} // namespace handspan::record::test
