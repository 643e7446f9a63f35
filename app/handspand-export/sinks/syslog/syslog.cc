// Syslog: a message each row, its text the row's JSON, or structured data and the sentence. Over a
// stream with counted octets (RFC 6587, section 3.4.1; RFC 5425), over UDP (RFC 5426) and a unix
// socket a datagram each.
#include "base/quote.h"
#include "fields_key.h"
#include "formats/minute.h"
#include "formats/row.h"
#include "message.h"
#include "net/link.h"
#include "render/csv.h"
#include "sink.h"

#include <limits>
#include <vector>

namespace handspan::exporter {
namespace {

using syslog::Header;

constexpr std::uint64_t kExampleNumber = 32473; // RFC 5612: for examples
constexpr const char *kFields =
    "timestamp,flow_id,community_id,src_ip,src_port,dest_ip,dest_port,duration,phase,outcome,cause,"
    "by,step,tls.version,tls.cipher,tls.sni,tls.alpn,timings.tls_total";

struct Settings {
  net::Receiver receiver;
  int facility = 0;
  bool structured = false;
  std::string id; // of the structured data
  std::vector<const render::FieldInfo *> fields;
};

class SyslogSink final : public Sink {
public:
  explicit SyslogSink(Settings settings) : settings_(std::move(settings)) {}

  bool open(const std::string &, std::string &) override { return true; }
  void begin(const BatchName &) override {
    why_.clear();
    empty_ = true;
  }
  void add(const Row &row) override {
    const record::Record &record = row.record;
    const Header header{
        settings_.facility,  syslog::severity_of(record.outcome),
        record.first,        row.origin.probe,
        row.origin.instance, record.kind == record::Kind::connection ? "connection" : "handshake"};
    send(header_text(header) + (settings_.structured
                                    ? structured(row)
                                    : "- " + rows_.line(record, row.origin, row.number, row.rate)));
  }
  void add(const summary::Cell &minute, const formats::Origin &origin) override {
    const Header header{settings_.facility,
                        syslog::Severity::informational,
                        minute.number * 60 * base::kSecond,
                        origin.probe,
                        origin.instance,
                        "minute"};
    send(header_text(header) + "- " + formats::minute_json(minute, origin));
  }
  bool commit(std::string &, std::string &why) override {
    if (why_.empty() && (empty_ || link_->finish(why_)) && !settings_.receiver.is_stream())
      return true;
    link_.reset(); // a stream lasts for one batch
    why = why_;
    return why_.empty();
  }

private:
  [[nodiscard]] std::string structured(const Row &row) const {
    std::string out = '[' + settings_.id;
    syslog::put_parameter(out, "id", formats::record_id(row.origin, row.record.worker, row.number));
    syslog::put_parameter(out, "rate", std::to_string(row.rate));
    for (const render::FieldInfo *field : settings_.fields)
      if (const std::string value = render::values_text(*field, row.record, render::Language::en);
          !value.empty())
        syslog::put_parameter(out, field->path, value);
    return out + "] " +
           base::printable(render::values_text(*render::find_field("summary"), row.record,
                                               render::Language::en));
  }
  // What can't be sent makes the whole batch come again.
  void send(const std::string &message) {
    empty_ = false;
    if (!why_.empty() || (link_ == nullptr && !connect()))
      return;
    if (settings_.receiver.is_stream())
      (void)link_->send(std::to_string(message.size()) + ' ' + message, why_);
    else
      (void)link_->send(message, why_);
  }
  bool connect() {
    link_ = net::connect(settings_.receiver, why_);
    return link_ != nullptr;
  }

  Settings settings_;
  formats::Rows rows_;
  std::unique_ptr<net::Link> link_;
  std::string why_;
  bool empty_ = true;
};

std::unique_ptr<Sink> make(Keys &keys) {
  Settings settings;
  settings.receiver = net::read_receiver(keys);
  settings.facility = syslog::facility_of(keys.text("facility", "daemon"));
  if (settings.facility < 0)
    keys.refuse("facility", "must be a facility's name, such as \"daemon\" or \"local0\"");
  settings.structured = keys.one_of("form", {"json", "structured"}) == "structured";
  settings.id = "handspan@" + std::to_string(keys.number("enterprise", 1,
                                                         std::numeric_limits<std::uint32_t>::max(),
                                                         kExampleNumber));
  settings.fields = read_fields(keys, kFields);
  for (const render::FieldInfo *field : settings.fields)
    if (field->path.size() > syslog::kMaxName)
      keys.refuse("fields", field->path + " is longer than a parameter's name may be");
  return std::make_unique<SyslogSink>(std::move(settings));
}

} // namespace

extern const SinkKind kSink_syslog{"syslog", "all", make};

} // namespace handspan::exporter
