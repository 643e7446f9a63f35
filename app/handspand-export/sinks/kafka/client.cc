#include "client.h"

#include "base/text_file.h"

#include <array>
#include <sstream>

namespace handspan::exporter::kafka {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 16;
constexpr int kPatience = 5000;         // ms
constexpr const char *kVersion = ".v1"; // of the rows (conf/schemas)

// What the sink rests on.
constexpr std::array kOurs = {"enable.idempotence", "acks",     "request.required.acks",
                              "transactional.id",   "group.id", "message.timeout.ms",
                              "delivery.timeout.ms"};

std::string trimmed(const std::string &text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string::npos
             ? std::string()
             : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Lines of "name=value", as Kafka's own programs take them; "#" begins a comment.
void read_properties(const std::string &path, Keys &keys, Settings &settings) {
  std::string why;
  const auto text = base::read_text_file(path, kMaxFile, why);
  if (!text)
    return keys.refuse("properties", path + ": " + why);
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#')
      continue;
    const std::size_t sign = line.find('=');
    std::string name = trimmed(line.substr(0, sign));
    if (sign == std::string::npos)
      keys.refuse("properties", path + ": \"" + line + "\" is no name=value");
    for (const char *ours : kOurs)
      if (name == ours)
        keys.refuse("properties", path + ": " + name + " is the sink's own");
    if (sign != std::string::npos)
      settings.properties.emplace_back(std::move(name), trimmed(line.substr(sign + 1)));
  }
}

void quiet(const rd_kafka_t *, int, const char *, const char *) {
  // What goes wrong is told as the sink's trouble.
}

} // namespace

Settings read_settings(Keys &keys) {
  Settings settings;
  settings.properties = {{"bootstrap.servers", keys.needed("brokers")},
                         {"client.id", "handspand-export"},
                         {"compression.codec", "lz4"}};
  const std::string topic = keys.text("topic", "handspan");
  settings.connections = topic + ".connections" + kVersion;
  settings.minutes = topic + ".minutes" + kVersion;
  if (const std::string path = keys.text("properties", ""); !path.empty())
    read_properties(path, keys, settings);
  if (std::string why; conf_of(settings, {}, why) == nullptr)
    keys.refuse("properties", why);
  return settings;
}

Conf conf_of(const Settings &settings, const Properties &own, std::string &why) {
  Conf conf(rd_kafka_conf_new());
  char text[256];
  for (const Properties *properties : {&settings.properties, &own})
    for (const auto &[name, value] : *properties)
      if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text) !=
          RD_KAFKA_CONF_OK) {
        why = text;
        return nullptr;
      }
  rd_kafka_conf_set_log_cb(conf.get(), quiet);
  return conf;
}

Client client_of(rd_kafka_type_t type, Conf conf, std::string &why) {
  char text[256];
  Client client(rd_kafka_new(type, conf.get(), text, sizeof text));
  if (client == nullptr)
    why = text;
  else
    (void)conf.release(); // it is the client's now
  return client;
}

std::string text_of(const Marks &marks) {
  std::string text;
  for (const auto &[partition, offset] : marks)
    text += (text.empty() ? "" : " ") + std::to_string(partition) + ':' + std::to_string(offset);
  return text;
}

Marks marks_of(const std::string &text) {
  Marks marks;
  std::istringstream words(text);
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  for (char colon = 0; words >> partition >> colon >> offset;)
    marks[partition] = offset;
  return marks;
}

bool find_ends(rd_kafka_t *client, const std::string &topic, Marks &marks, std::string &why) {
  rd_kafka_topic_t *const handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const rd_kafka_metadata_t *metadata = nullptr;
  rd_kafka_resp_err_t fault = rd_kafka_metadata(client, 0, handle, &metadata, kPatience);
  rd_kafka_topic_destroy(handle);
  int partitions = 0;
  if (fault == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const rd_kafka_metadata_topic_t &told = metadata->topics[0];
    partitions = told.partition_cnt;
    fault = told.err;
    rd_kafka_metadata_destroy(metadata);
  }
  for (int i = 0; i < partitions && fault == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    std::int64_t first = 0, end = 0;
    if (marks.contains(i))
      continue;
    fault = rd_kafka_query_watermark_offsets(client, topic.c_str(), i, &first, &end, kPatience);
    if (fault == RD_KAFKA_RESP_ERR_NO_ERROR)
      marks[i] = end;
  }
  if (fault != RD_KAFKA_RESP_ERR_NO_ERROR)
    why = topic + ": " + rd_kafka_err2str(fault);
  return fault == RD_KAFKA_RESP_ERR_NO_ERROR;
}

} // namespace handspan::exporter::kafka
