// What producer and reader of a Kafka cluster share: how they are configured, and librdkafka's
// things with an owner.
#pragma once

#include "keys.h"

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::exporter::kafka {

struct Settings {
  std::string connections, minutes; // topics
  std::vector<std::pair<std::string, std::string>> properties;
};

// brokers, topic, properties. A fault is told to the keys.
Settings read_settings(Keys &keys);

struct FreeConf {
  void operator()(rd_kafka_conf_t *conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, FreeConf>;
struct FreeClient {
  void operator()(rd_kafka_t *client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, FreeClient>;

using Properties = std::vector<std::pair<std::string, std::string>>;
// The settings' properties, then the client's own. Null: `why` says it.
Conf conf_of(const Settings &settings, const Properties &own, std::string &why);
// Null: `why` says it.
Client client_of(rd_kafka_type_t type, Conf conf, std::string &why);

// Up to where each partition of a topic was seen.
using Marks = std::map<std::int32_t, std::int64_t>;
std::string text_of(const Marks &marks); // "0:17 1:4"
Marks marks_of(const std::string &text);
// Adds the present end of those partitions that have no mark. False: `why` says it.
bool find_ends(rd_kafka_t *client, const std::string &topic, Marks &marks, std::string &why);

} // namespace handspan::exporter::kafka
