// The part of Port that makes a NIC send both directions of a connection to one queue.
#include "capture/port.h"
#include "capture/rss.h"
#include "capture/rss_check.h"

#include <array>
#include <rte_ethdev.h>
#include <rte_flow.h>

namespace handspan::capture {
namespace {

// Tunnels over UDP choose their source port by what is inside, another one for each direction: so
// UDP is spread by addresses alone.
constexpr std::uint64_t kFields = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP;
constexpr std::uint64_t kIpv4 = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP;
constexpr std::uint64_t kIpv6 = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_TCP;
constexpr std::uint8_t kUsualKey = 40; // where the driver does not tell its length

auto the_key() {
  static std::array<std::uint8_t, kMaxRssKey> key = symmetric_rss_key();
  return key.data();
}

rte_eth_rss_conf rss_conf(std::uint64_t fields, std::uint8_t key_length) {
  rte_eth_rss_conf conf = {};
  conf.rss_key = the_key();
  conf.rss_key_len = key_length;
  conf.rss_hf = fields;
  return conf;
}

std::vector<rte_eth_rss_reta_entry64> empty_table(std::uint16_t size) {
  std::vector<rte_eth_rss_reta_entry64> groups((size + RTE_ETH_RETA_GROUP_SIZE - 1U) /
                                               RTE_ETH_RETA_GROUP_SIZE);
  for (auto &group : groups)
    group.mask = ~std::uint64_t{0};
  return groups;
}

} // namespace

void Port::look_for_rss(const rte_eth_dev_info &info) {
  rss_fields_ = info.flow_type_rss_offloads & kFields;
  key_length_ = info.hash_key_size == 0 ? kUsualKey : info.hash_key_size;
  table_size_ = info.reta_size;
  can_spread_ = (rss_fields_ & kIpv4) != 0 && (rss_fields_ & kIpv6) != 0 &&
                key_length_ <= kMaxRssKey && info.max_rx_queues > 1;
}

void Port::ask_for_rss(rte_eth_conf &conf) const {
  conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
  conf.rx_adv_conf.rss_conf = rss_conf(rss_fields_, key_length_);
}

// After every start, at which some drivers go back to what they like. What a driver does not take
// is found by prove_spread(), which asks what is really set.
void Port::apply_rss() {
  rte_eth_rss_conf conf = rss_conf(rss_fields_, key_length_);
  rte_eth_dev_rss_hash_update(id_, &conf);
  if (table_size_ != 0) {
    auto groups = empty_table(table_size_);
    const auto table = even_table(table_size_, queues_);
    for (std::size_t i = 0; i < table.size(); ++i)
      groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = table[i];
    rte_eth_dev_rss_reta_update(id_, groups.data(), table_size_);
  }
  sort_ends();
}

// Drivers that let the NIC sort both ends before it hashes are asked to: its hash then has more
// than 65,536 values. Both rules or none.
void Port::sort_ends() {
  rte_flow_attr ingress = {};
  ingress.ingress = 1;
  for (const bool v6 : {false, true}) {
    rte_flow_action_rss rss = {};
    rss.func = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ;
    rss.types = v6 ? RTE_ETH_RSS_NONFRAG_IPV6_TCP : RTE_ETH_RSS_NONFRAG_IPV4_TCP;
    rte_flow_item pattern[4] = {};
    pattern[0].type = RTE_FLOW_ITEM_TYPE_ETH;
    pattern[1].type = v6 ? RTE_FLOW_ITEM_TYPE_IPV6 : RTE_FLOW_ITEM_TYPE_IPV4;
    pattern[2].type = RTE_FLOW_ITEM_TYPE_TCP;
    pattern[3].type = RTE_FLOW_ITEM_TYPE_END;
    rte_flow_action actions[2] = {};
    actions[0].type = RTE_FLOW_ACTION_TYPE_RSS;
    actions[0].conf = &rss;
    actions[1].type = RTE_FLOW_ACTION_TYPE_END;
    rte_flow_error error = {};
    rte_flow *flow = rte_flow_validate(id_, &ingress, pattern, actions, &error) == 0
                         ? rte_flow_create(id_, &ingress, pattern, actions, &error)
                         : nullptr;
    if (flow == nullptr)
      return drop_flows();
    flows_.push_back(flow);
  }
}

void Port::drop_flows() {
  rte_flow_error error = {};
  for (rte_flow *flow : flows_)
    rte_flow_destroy(id_, flow, &error);
  flows_.clear();
}

Port::SpreadProof Port::prove_spread() const {
  RssSetup setup;
  setup.key.assign(key_length_, 0);
  rte_eth_rss_conf conf = {};
  conf.rss_key = setup.key.data();
  conf.rss_key_len = key_length_;
  if (rte_eth_dev_rss_hash_conf_get(id_, &conf) != 0)
    return {false, {}};
  if ((conf.rss_hf & kIpv4) == 0 || (conf.rss_hf & kIpv6) == 0)
    return {true, std::string("it does not spread IPv") + ((conf.rss_hf & kIpv4) == 0 ? "4" : "6")};
  auto groups = empty_table(table_size_);
  if (table_size_ != 0 && rte_eth_dev_rss_reta_query(id_, groups.data(), table_size_) == 0)
    for (std::size_t i = 0; i < table_size_; ++i)
      setup.queues.push_back(groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE]);
  // The key is judged even where the ends are sorted: not every packet matches those rules.
  return {true, rss_fault(setup, queues_)};
}

} // namespace handspan::capture
