// Kafka: each row a message, its key the Community ID, so that the records of a connection stand in
// one partition in their order. The producer is idempotent: what librdkafka sends again for itself
// arrives once. What was acknowledged is remembered row by row, so that a batch which is tried
// again sends the rest alone; and of a batch that was cut off the topic is asked what it has.
#include "client.h"
#include "formats/minute.h"
#include "formats/row.h"
#include "read_back.h"
#include "render/community_id.h"
#include "shm/process.h"
#include "sink.h"

#include <algorithm>
#include <vector>

namespace handspan::exporter {
namespace {

using namespace kafka;

constexpr base::Nanos kPatience = 10 * base::kSecond; // without an acknowledgement
constexpr int kStep = 100;                            // ms

enum class Fate : std::uint8_t { unsent, sent, arrived };

class KafkaSink final : public Sink {
public:
  explicit KafkaSink(Settings settings) : settings_(std::move(settings)) {}
  ~KafkaSink() override { forget(); }
  KafkaSink(const KafkaSink &) = delete;
  KafkaSink &operator=(const KafkaSink &) = delete;

  bool open(const std::string &memo, std::string &why) override {
    marks_ = before_ = marks_of(memo);
    return connect(why);
  }
  void begin(const BatchName &name) override;
  void add(const Row &row) override;
  void add(const summary::Cell &minute, const formats::Origin &origin) override;
  bool commit(std::string &memo, std::string &why) override;

private:
  bool connect(std::string &why);
  void forget();
  void send(std::size_t place, const std::string &topic, std::string_view key,
            std::string_view value);
  std::size_t next_place();
  void acknowledged(const rd_kafka_message_t &message);
  bool waits_in_vain() const { return shm::monotonic_now() - heard_ > kPatience; }

  Settings settings_;
  formats::Rows rows_;
  Client producer_;
  Marks marks_;  // of the topic of connections
  Marks before_; // the batch; what has none is to be read from its beginning
  std::string batch_;
  std::vector<Fate> fates_; // of the batch's rows
  std::uint64_t batches_ = 0;
  std::size_t at_ = 0, arrived_ = 0;
  bool in_doubt_ = false; // what became of some of them is not known
  Ids there_;
  std::string why_;       // nothing is sent in this try
  std::string fault_;     // the last one that was heard of
  base::Nanos heard_ = 0; // when something was acknowledged
};

bool KafkaSink::connect(std::string &why) {
  Conf conf = conf_of(settings_,
                      {{"enable.idempotence", "true"},
                       {"message.timeout.ms", "0"},       // the exporter has the patience
                       {"partitioner", "murmur2_random"}, // where Kafka's own clients put the key
                       {"queue.buffering.max.messages", "1000000"},
                       {"queue.buffering.max.kbytes", "65536"}},
                      why);
  if (conf == nullptr)
    return false;
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(),
                              [](rd_kafka_t *, const rd_kafka_message_t *message, void *self) {
                                static_cast<KafkaSink *>(self)->acknowledged(*message);
                              });
  rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t *, int, const char *reason, void *self) {
    static_cast<KafkaSink *>(self)->fault_ = reason;
  });
  producer_ = client_of(RD_KAFKA_PRODUCER, std::move(conf), why);
  if (producer_ == nullptr || find_ends(producer_.get(), settings_.connections, marks_, why))
    return producer_ != nullptr;
  producer_.reset();
  return false;
}

// Of what is on its way nothing more is heard.
void KafkaSink::forget() {
  ++batches_;
  if (producer_ == nullptr)
    return;
  (void)rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  (void)rd_kafka_flush(producer_.get(), kStep);
}

void KafkaSink::begin(const BatchName &name) {
  at_ = 0;
  why_.clear();
  heard_ = shm::monotonic_now();
  if (name.text() != batch_) {
    if (arrived_ < fates_.size())
      forget();
    batch_ = name.text();
    ++batches_;
    fates_.clear();
    there_.clear();
    arrived_ = 0;
    in_doubt_ = name.again;
    if (!name.again)
      before_ = marks_;
  }
  if (producer_ == nullptr && !connect(why_))
    return;
  if (in_doubt_ && read_back(settings_, settings_.connections, before_, there_, why_))
    in_doubt_ = false;
}

std::size_t KafkaSink::next_place() {
  if (fates_.size() == at_)
    fates_.push_back(Fate::unsent);
  return at_++;
}

void KafkaSink::add(const Row &row) {
  const std::size_t place = next_place();
  if (fates_[place] != Fate::unsent || !why_.empty())
    return;
  if (!there_.empty() &&
      there_.contains(formats::record_id(row.origin, row.record.worker, row.number))) {
    fates_[place] = Fate::arrived;
    ++arrived_;
    return;
  }
  send(place, settings_.connections, render::community_id(row.record).view(),
       rows_.line(row.record, row.origin, row.number, row.rate));
}

void KafkaSink::add(const summary::Cell &minute, const formats::Origin &origin) {
  const std::size_t place = next_place();
  if (fates_[place] == Fate::unsent && why_.empty())
    send(place, settings_.minutes, origin.probe, formats::minute_json(minute, origin));
}

// The macros of librdkafka are statement expressions.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
// The queue's room is bounded: where there is none, acknowledgements make some.
void KafkaSink::send(std::size_t place, const std::string &topic, std::string_view key,
                     std::string_view value) {
  // Comes back with the report of what became of the message; no memory of ours must wait for that.
  auto *const tag =
      reinterpret_cast<void *>(batches_ << 32 | place); // NOLINT(performance-no-int-to-ptr)
  rd_kafka_resp_err_t fault = RD_KAFKA_RESP_ERR__QUEUE_FULL;
  while (fault == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    fault = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char *>(value.data()), value.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_END);
    (void)rd_kafka_poll(producer_.get(), fault == RD_KAFKA_RESP_ERR__QUEUE_FULL ? kStep : 0);
    if (fault == RD_KAFKA_RESP_ERR__QUEUE_FULL && waits_in_vain())
      break;
  }
  if (fault == RD_KAFKA_RESP_ERR_NO_ERROR)
    fates_[place] = Fate::sent;
  else
    why_ = fault_.empty() ? rd_kafka_err2str(fault) : fault_;
}
#pragma GCC diagnostic pop

void KafkaSink::acknowledged(const rd_kafka_message_t &message) {
  const auto tag = reinterpret_cast<std::uint64_t>(message._private);
  const std::size_t place = tag & 0xffff'ffff;
  if (tag >> 32 != (batches_ & 0xffff'ffff) || place >= fates_.size())
    return;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    fates_[place] = Fate::arrived;
    ++arrived_;
    heard_ = shm::monotonic_now();
    if (rd_kafka_topic_name(message.rkt) == settings_.connections) {
      std::int64_t &mark = marks_[message.partition];
      mark = std::max(mark, message.offset + 1);
    }
    return;
  }
  fates_[place] = Fate::unsent;
  fault_ = rd_kafka_err2str(message.err);
  if (rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
    in_doubt_ = true;
}

bool KafkaSink::commit(std::string &memo, std::string &why) {
  while (why_.empty() && producer_ != nullptr && rd_kafka_outq_len(producer_.get()) > 0 &&
         !waits_in_vain())
    (void)rd_kafka_flush(producer_.get(), kStep);
  if (why_.empty() && arrived_ == fates_.size()) {
    memo = text_of(marks_);
    return true;
  }
  why = !why_.empty()     ? why_
        : !fault_.empty() ? fault_
                          : std::to_string(fates_.size() - arrived_) + " rows not acknowledged";
  fault_.clear();
  char text[256];
  if (producer_ != nullptr && rd_kafka_fatal_error(producer_.get(), text, sizeof text) != 0) {
    forget();
    producer_.reset();
    in_doubt_ = true;
    std::replace(fates_.begin(), fates_.end(), Fate::sent, Fate::unsent);
  }
  return false;
}

std::unique_ptr<Sink> make(Keys &keys) {
  return std::make_unique<KafkaSink>(read_settings(keys));
}

} // namespace

extern const SinkKind kSink_kafka{"kafka", "all", make};

} // namespace handspan::exporter
