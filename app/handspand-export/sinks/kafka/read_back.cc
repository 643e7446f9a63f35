#include "read_back.h"

#include "base/time.h"
#include "log.h"
#include "shm/process.h"

namespace handspan::exporter::kafka {
namespace {

constexpr base::Nanos kPatience = 30 * base::kSecond; // without a message
constexpr int kStep = 100;                            // ms
constexpr std::string_view kBefore = "{\"id\":\"";    // of a row's id

struct FreePartitions {
  void operator()(rd_kafka_topic_partition_list_t *list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
struct FreeMessage {
  void operator()(rd_kafka_message_t *message) const { rd_kafka_message_destroy(message); }
};

void take(const rd_kafka_message_t &message, Ids &ids) {
  const std::string_view value(static_cast<const char *>(message.payload), message.len);
  if (value.starts_with(kBefore))
    ids.add(value.substr(kBefore.size(), value.find('"', kBefore.size()) - kBefore.size()));
}

bool forbidden(rd_kafka_resp_err_t fault) {
  return fault == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         fault == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
}

bool read_to_end(rd_kafka_t *reader, std::size_t partitions, Ids &ids, std::string &why) {
  base::Nanos last = shm::monotonic_now();
  for (std::size_t ended = 0; ended < partitions;) {
    const std::unique_ptr<rd_kafka_message_t, FreeMessage> message(
        rd_kafka_consumer_poll(reader, kStep));
    if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      take(*message, ids);
      last = shm::monotonic_now();
    } else if (message != nullptr && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++ended;
    } else if (message != nullptr && forbidden(message->err)) {
      log_line("kafka: the topic may not be read: what arrived of a batch that was cut off comes "
               "twice");
      return true;
    } else if (shm::monotonic_now() - last > kPatience) {
      why = "what arrived already can't be read back";
      return false;
    }
  }
  return true;
}

} // namespace

bool read_back(const Settings &settings, const std::string &topic, const Marks &from, Ids &ids,
               std::string &why) {
  Conf conf = conf_of(settings,
                      {{"group.id", "handspand-export"}, // is asked for, and not joined
                       {"enable.auto.commit", "false"},
                       {"enable.partition.eof", "true"},
                       {"auto.offset.reset", "earliest"}},
                      why);
  const Client reader = conf ? client_of(RD_KAFKA_CONSUMER, std::move(conf), why) : nullptr;
  Marks marks = from;
  Marks ends;
  if (reader == nullptr || !find_ends(reader.get(), topic, ends, why))
    return false;
  (void)rd_kafka_poll_set_consumer(reader.get());
  const std::unique_ptr<rd_kafka_topic_partition_list_t, FreePartitions> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(ends.size())));
  for (const auto &[partition, end] : ends)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset =
        marks.contains(partition) ? marks[partition] : RD_KAFKA_OFFSET_BEGINNING;
  if (const auto fault = rd_kafka_assign(reader.get(), list.get()); fault != 0) {
    why = rd_kafka_err2str(fault);
    return false;
  }
  const bool read = read_to_end(reader.get(), ends.size(), ids, why);
  (void)rd_kafka_consumer_close(reader.get());
  return read;
}

} // namespace handspan::exporter::kafka
