#include "record/names.h"
#include "render/json_parts.h"

#include <algorithm>

namespace handspan::render {
namespace {

// "PROXY v1" as a name: "proxy_v1".
void put_title(Object &out, const KeyText &key, std::string_view title) {
  if (title.empty())
    return;
  out.quoted(key, title.size(), [title](char *at) {
    return std::transform(title.begin(), title.end(), at, [](char c) {
      const bool capital = c >= 'A' && c <= 'Z';
      const bool fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || capital;
      return capital ? static_cast<char>(c - 'A' + 'a') : fit ? c : '_';
    });
  });
}

void put_app(Object &in, const record::App &app) {
  Object out(in, "app"_key, Object::IfAny{});
  put_title(out, "protocol"_key, app.protocol.view());
  put_title(out, "inside"_key, app.inside.view());
  if (app.wish != record::Wish::none)
    out.name("asked"_key, name(app.wish));
  if (app.answer != record::Answer::none)
    out.name("answer"_key, name(app.answer));
  if (app.answer == record::Answer::refused)
    out.put("went_on"_key, app.went_on);
}

void put_http(Object &in, const record::Record &record) {
  Object out(in, "http"_key, Object::IfAny{});
  out.text("method"_key, record.view(record.app.method));
  out.text("host"_key, record.view(record.app.host));
  if (record.app.status > 0)
    out.put("status"_key, record.app.status);
}

void put_refusal(Object &in, const record::Record &record) {
  const record::App &app = record.app;
  if (app.answer != record::Answer::refused)
    return;
  Object out(in, "refusal"_key, Object::IfAny{});
  if (app.refusal != record::kNoNumber)
    out.put("code"_key, app.refusal);
  else
    out.text("code"_key, record.view(app.refusal_word));
  out.text("text"_key, record.view(app.refusal_line));
}

} // namespace

void put_plain(Object &out, const record::Record &record) {
  put_app(out, record.app);
  put_http(out, record);
  put_refusal(out, record);
}

} // namespace handspan::render
