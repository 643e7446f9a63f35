#include "encoder.h"

#include "elements.h"

#include <fixbuf/public.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace handspan::exporter::ipfix {
namespace {

constexpr std::uint16_t kTemplateV4 = 300, kTemplateV6 = 301;
constexpr std::size_t kMessageHead = 16, kSetHead = 4, kLengthOfText = 3; // at most

struct Fault {
  ~Fault() { g_clear_error(&error); }
  Fault() = default;
  Fault(const Fault &) = delete;
  Fault &operator=(const Fault &) = delete;
  [[nodiscard]] std::string text() const {
    return error != nullptr ? error->message : "libfixbuf does not say why";
  }
  GError *error = nullptr;
};

fbInfoModel_t *model_of(std::uint32_t enterprise) {
  fbInfoModel_t *const model = fbInfoModelAlloc();
  for (const Own &own : own_elements()) {
    const std::string help(own.help);
    fbInfoElement_t element{};
    element.ref.name = own.name;
    element.ent = enterprise;
    element.num = own.number;
    element.len = own.text ? FB_IE_VARLEN : 8;
    element.type = own.text ? FB_STRING : FB_UINT_64;
    element.flags = own.text
                        ? FB_IE_DEFAULT
                        : FB_IE_F_ENDIAN | FB_IE_QUANTITY | (own.time ? FB_UNITS_NANOSECONDS : 0U);
    element.description = help.c_str();
    fbInfoModelAddElement(model, &element);
  }
  return model;
}

// Of which elements a record is made.
class Specs final : public Taker {
public:
  void number(const char *name, std::uint16_t size, std::uint64_t) override { put(name, size); }
  void text(const char *name, const std::string &) override { put(name, FB_IE_VARLEN); }
  void address(const char *name, std::span<const std::uint8_t> bytes) override {
    put(name, static_cast<std::uint16_t>(bytes.size()));
  }
  fbInfoElementSpec_t *all() {
    specs_.push_back(FB_IESPEC_NULL);
    return specs_.data();
  }

private:
  void put(const char *name, std::uint16_t size) {
    specs_.push_back({const_cast<char *>(name), size, 0});
  }
  std::vector<fbInfoElementSpec_t> specs_;
};

// A record as libfixbuf takes it: numbers as this machine has them, of texts where they are.
class Bytes final : public Taker {
public:
  void restart() {
    used_ = texts_used_ = 0;
    size_ = 0;
  }
  void number(const char *, std::uint16_t size, std::uint64_t value) override {
    put(&value, size); // the lower bytes come first
    size_ += size;
  }
  void text(const char *, const std::string &value) override {
    std::string &kept = texts_.at(texts_used_++);
    kept = value;
    const fbVarfield_t field{kept.size(), reinterpret_cast<std::uint8_t *>(kept.data())};
    put(&field, sizeof field);
    size_ += kLengthOfText + value.size();
  }
  void address(const char *, std::span<const std::uint8_t> bytes) override {
    std::uint32_t v4 = 0;
    if (bytes.size() == sizeof v4) { // a number, to libfixbuf
      std::memcpy(&v4, bytes.data(), sizeof v4);
      v4 = __builtin_bswap32(v4);
      put(&v4, sizeof v4);
    } else {
      put(bytes.data(), bytes.size());
    }
    size_ += bytes.size();
  }
  [[nodiscard]] std::uint8_t *data() { return bytes_.data(); }
  [[nodiscard]] std::size_t length() const { return used_; }
  [[nodiscard]] std::size_t size_on_the_wire() const { return size_; }

private:
  void put(const void *from, std::size_t size) {
    std::memcpy(&bytes_.at(used_ + size - 1) - (size - 1), from, size);
    used_ += size;
  }

  alignas(16) std::array<std::uint8_t, 2048> bytes_;
  std::array<std::string, 64> texts_;
  std::size_t used_ = 0, texts_used_ = 0, size_ = 0;
};

static_assert(std::endian::native == std::endian::little);

} // namespace

struct Encoder::Parts {
  // libfixbuf ends messages by itself, too: all of them are gathered here.
  char *text = nullptr;
  std::size_t length = 0;
  std::FILE *stream = open_memstream(&text, &length);
  fbInfoModel_t *model = nullptr;
  fbSession_t *session = nullptr;
  fBuf_t *buffer = nullptr; // owns the session
  Bytes bytes;              // of the record that was prepared
  std::uint16_t id = 0;     // of its template
  std::size_t size = 0;     // of the message so far
  std::string why;          // it could not be made

  void add_template(const Row &row, std::uint16_t number) {
    Fault fault;
    Specs specs;
    each_element(row, specs);
    fbTemplate_t *const made = fbTemplateAlloc(model);
    if (!fbTemplateAppendSpecArray(made, specs.all(), ~0U, &fault.error) ||
        fbSessionAddTemplate(session, TRUE, number, made, &fault.error) == 0 ||
        fbSessionAddTemplate(session, FALSE, number, made, &fault.error) == 0)
      why = fault.text();
  }
};

Encoder::Encoder(const Numbers &numbers, bool describe) : parts_(std::make_unique<Parts>()) {
  Parts &parts = *parts_;
  Fault fault;
  parts.model = model_of(numbers.enterprise);
  parts.session = fbSessionAlloc(parts.model);
  fbSessionSetDomain(parts.session, numbers.domain); // has templates of its own
  if (describe &&
      fbSessionSetMetadataExportElements(parts.session, TRUE, FB_TID_AUTO, &fault.error) == 0)
    parts.why = fault.text();
  const auto record = std::make_unique<record::Record>();
  const formats::Origin origin;
  const std::array<std::uint8_t, 16> zeros{};
  record->client = record->server = base::Address::v4(zeros.data());
  parts.add_template(Row{*record, origin}, kTemplateV4);
  record->client = record->server = base::Address::v6(zeros.data());
  parts.add_template(Row{*record, origin}, kTemplateV6);
  parts.buffer = fBufAllocForExport(parts.session, fbExporterAllocFP(parts.stream));
}

Encoder::~Encoder() {
  fBufFree(parts_->buffer);
  fbInfoModelFree(parts_->model);
  (void)std::fclose(parts_->stream);
  std::free(parts_->text);
}

bool Encoder::put_templates(std::string &why) {
  Fault fault;
  if (parts_->why.empty() && !fbSessionExportTemplates(parts_->session, &fault.error))
    parts_->why = fault.text();
  parts_->size = kMessageHead;
  why = parts_->why;
  return why.empty();
}

std::size_t Encoder::size() const {
  return parts_->size;
}

std::size_t Encoder::prepare(const Row &row) {
  parts_->id = is_v4(row.record) ? kTemplateV4 : kTemplateV6;
  parts_->bytes.restart();
  each_element(row, parts_->bytes);
  return kSetHead + parts_->bytes.size_on_the_wire();
}

bool Encoder::put(std::string &why) {
  Parts &parts = *parts_;
  Fault fault;
  if (!fBufSetInternalTemplate(parts.buffer, parts.id, &fault.error) ||
      !fBufSetExportTemplate(parts.buffer, parts.id, &fault.error) ||
      !fBufAppend(parts.buffer, parts.bytes.data(), parts.bytes.length(), &fault.error)) {
    why = fault.text();
    return false;
  }
  parts.size = std::max(parts.size, kMessageHead) + kSetHead + parts.bytes.size_on_the_wire();
  return true;
}

std::string_view Encoder::messages(std::string &why) {
  Parts &parts = *parts_;
  Fault fault;
  if (parts.size > 0 && !fBufEmit(parts.buffer, &fault.error)) {
    why = fault.text();
    return {};
  }
  parts.size = 0;
  (void)std::fflush(parts.stream); // now `text` and `length` hold
  const std::size_t length = parts.length;
  std::rewind(parts.stream);
  return {parts.text, length};
}

} // namespace handspan::exporter::ipfix
