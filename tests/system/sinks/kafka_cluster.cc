// A cluster of Kafka brokers that only librdkafka's own mock has, for tests: does as it is told on
// standard input, one command a line, each answered by "ok". The first line that it writes is where
// the brokers are.
//   topic NAME PARTITIONS   makes it
//   fail CODE N             the next N requests to produce are answered with this error
//   cure                    no more of them
//   down B, up B            a broker, numbered from 1
//   read NAME               all that a topic has: "PARTITION\tKEY\tVALUE" a line, before the "ok"
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kBrokers = 3;
constexpr std::int16_t kProduce = 0; // the request's number in Kafka's protocol

rd_kafka_t *client(rd_kafka_type_t type,
                   const std::vector<std::pair<const char *, std::string>> &of) {
  rd_kafka_conf_t *const conf = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t *, int, const char *, const char *) {});
  for (const auto &[name, value] : of)
    (void)rd_kafka_conf_set(conf, name, value.c_str(), nullptr, 0);
  return rd_kafka_new(type, conf, nullptr, 0);
}

int partitions_of(rd_kafka_t *reader, const std::string &topic) {
  rd_kafka_topic_t *const handle = rd_kafka_topic_new(reader, topic.c_str(), nullptr);
  const rd_kafka_metadata_t *metadata = nullptr;
  int count = 0;
  if (rd_kafka_metadata(reader, 0, handle, &metadata, 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
  }
  rd_kafka_topic_destroy(handle);
  return count;
}

void print(const rd_kafka_message_t &message) {
  std::cout << message.partition << '\t'
            << std::string_view(static_cast<const char *>(message.key), message.key_len) << '\t'
            << std::string_view(static_cast<const char *>(message.payload), message.len) << '\n';
}

void read_all(const std::string &brokers, const std::string &topic) {
  rd_kafka_t *const reader = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers},
                                                        {"group.id", "test"},
                                                        {"enable.partition.eof", "true"},
                                                        {"enable.auto.commit", "false"},
                                                        {"fetch.wait.max.ms", "10"}});
  rd_kafka_poll_set_consumer(reader);
  const int partitions = partitions_of(reader, topic);
  rd_kafka_topic_partition_list_t *const list = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(reader, list);
  for (int ended = 0; ended < partitions;) {
    rd_kafka_message_t *const message = rd_kafka_consumer_poll(reader, 100);
    if (message == nullptr)
      continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
      ++ended;
    else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
      print(*message);
    rd_kafka_message_destroy(message);
  }
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_consumer_close(reader);
  rd_kafka_destroy(reader);
}

} // namespace

int main() {
  rd_kafka_t *const owner = client(RD_KAFKA_PRODUCER, {});
  rd_kafka_mock_cluster_t *const cluster = rd_kafka_mock_cluster_new(owner, kBrokers);
  if (cluster == nullptr)
    return 1;
  const std::string brokers = rd_kafka_mock_cluster_bootstraps(cluster);
  std::cout << brokers << std::endl;
  for (std::string command, topic; std::cin >> command;) {
    int number = 0, count = 0;
    if (command == "topic" && std::cin >> topic >> number)
      (void)rd_kafka_mock_topic_create(cluster, topic.c_str(), number, kBrokers);
    else if (command == "fail" && std::cin >> number >> count)
      for (int i = 0; i < count; ++i)
        rd_kafka_mock_push_request_errors(cluster, kProduce, 1,
                                          static_cast<rd_kafka_resp_err_t>(number));
    else if (command == "cure")
      rd_kafka_mock_clear_request_errors(cluster, kProduce);
    else if (command == "down" && std::cin >> number)
      (void)rd_kafka_mock_broker_set_down(cluster, number);
    else if (command == "up" && std::cin >> number)
      (void)rd_kafka_mock_broker_set_up(cluster, number);
    else if (command == "read" && std::cin >> topic)
      read_all(brokers, topic);
    std::cout << "ok" << std::endl;
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(owner);
  return 0;
}
