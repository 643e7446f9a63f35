// IPFIX (RFC 7011): each connection a biflow (RFC 5103), its source the client.
#include "encoder.h"
#include "net/link.h"
#include "sink.h"

#include <limits>

namespace handspan::exporter {
namespace {

constexpr std::uint64_t kExampleNumber = 32473; // RFC 5612: for examples
constexpr std::uint64_t kMostNumber = std::numeric_limits<std::uint32_t>::max();

struct Settings {
  net::Receiver receiver;
  ipfix::Numbers numbers;
  std::size_t message_bytes = 0;
};

class IpfixSink final : public Sink {
public:
  explicit IpfixSink(Settings settings) : settings_(std::move(settings)) {}

  bool open(const std::string &, std::string &) override { return true; }
  void begin(const BatchName &) override {
    why_.clear();
    begun_ = false;
  }
  void add(const Row &row) override {
    if (!why_.empty() || (!begun_ && !begin_messages()))
      return;
    const std::size_t more = encoder_->prepare(row);
    if (encoder_->size() > 0 && encoder_->size() + more > settings_.message_bytes)
      send();
    if (why_.empty())
      (void)encoder_->put(why_);
  }
  void add(const summary::Cell &, const formats::Origin &) override {} // no flow
  bool commit(std::string &, std::string &why) override {
    if (begun_ && why_.empty())
      send();
    if (begun_ && why_.empty())
      (void)link_->finish(why_);
    if (settings_.receiver.is_stream() || !why_.empty()) {
      link_.reset();
      encoder_.reset(); // with what it still held
    }
    why = why_;
    return why_.empty();
  }

private:
  // Each batch begins with the templates: a stream is a session of its own, and who listens to
  // datagrams may have been started just now (RFC 7011, section 8.4).
  bool begin_messages() {
    const bool stream = settings_.receiver.is_stream();
    if (link_ == nullptr && (link_ = net::connect(settings_.receiver, why_)) == nullptr)
      return false;
    if (encoder_ == nullptr)
      encoder_ = std::make_unique<ipfix::Encoder>(settings_.numbers, stream);
    begun_ = encoder_->put_templates(why_);
    if (begun_)
      send();
    return begun_ && why_.empty();
  }
  void send() {
    for (std::string_view left = encoder_->messages(why_); !left.empty() && why_.empty();) {
      const std::size_t length = ipfix::message_length(left);
      (void)link_->send(left.substr(0, length), why_);
      left.remove_prefix(length);
    }
  }

  Settings settings_;
  std::unique_ptr<net::Link> link_;
  std::unique_ptr<ipfix::Encoder> encoder_;
  std::string why_;
  bool begun_ = false;
};

std::unique_ptr<Sink> make(Keys &keys) {
  Settings settings;
  settings.receiver = net::read_receiver(keys);
  const auto number = [&](const char *key, std::uint64_t least, std::uint64_t otherwise) {
    return static_cast<std::uint32_t>(keys.number(key, least, kMostNumber, otherwise));
  };
  settings.numbers = {number("enterprise", 1, kExampleNumber), number("domain", 0, 1)};
  settings.message_bytes =
      keys.number("message_bytes", 512, 60'000, settings.receiver.is_stream() ? 60'000 : 1400);
  return std::make_unique<IpfixSink>(std::move(settings));
}

} // namespace

extern const SinkKind kSink_ipfix{"ipfix", "all", make};

} // namespace handspan::exporter
