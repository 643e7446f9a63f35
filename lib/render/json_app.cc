#include "record/names.h"
#include "render/json_parts.h"

#include <algorithm>
#include <string>

namespace handspan::render {
namespace {

// "PROXY v1" as a name: "proxy_v1".
std::string name_of(std::string_view title) {
  std::string name(title);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || capital;
    return capital ? static_cast<char>(c - 'A' + 'a') : fit ? c : '_';
  });
  return name;
}

} // namespace

Json app_json(const record::Record &record) {
  const record::App &app = record.app;
  Json out = Json::object();
  put_text(out, "protocol", name_of(app.protocol.view()));
  put_text(out, "inside", name_of(app.inside.view()));
  if (app.wish != record::Wish::none)
    out["asked"] = name(app.wish);
  if (app.answer != record::Answer::none)
    out["answer"] = name(app.answer);
  if (app.answer == record::Answer::refused)
    out["went_on"] = app.went_on;
  return out;
}

Json http_json(const record::Record &record) {
  const record::App &app = record.app;
  Json out = Json::object();
  put_text(out, "method", record.view(app.method));
  put_text(out, "host", record.view(app.host));
  if (app.status > 0)
    out["status"] = app.status;
  return out;
}

Json refusal_json(const record::Record &record) {
  const record::App &app = record.app;
  Json out = Json::object();
  if (app.answer != record::Answer::refused)
    return out;
  if (app.refusal != record::kNoNumber)
    out["code"] = app.refusal;
  else
    put_text(out, "code", record.view(app.refusal_word));
  put_text(out, "text", record.view(app.refusal_line));
  return out;
}

} // namespace handspan::render
