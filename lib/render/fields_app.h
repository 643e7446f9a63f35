// The fields of a record: what was said in plain. Internal to lib/render.
#pragma once

#include "record/names.h"
#include "render/field.h"

namespace handspan::render::table {

using record::App;
using record::Record;

constexpr auto kAppOf = [](const Record &r) { return &r.app; };

inline constexpr auto kApp = object_if_any<"app">(
    kAppOf, "what was spoken in plain, instead of TLS or before it",
    "以明文（非 TLS 或 TLS 之前）所说",
    field<"protocol">([](const App &a) { return Title{a.protocol.view()}; },
                      "protocol that was recognised: http, smtp, ssh …",
                      "识别出的协议：http、smtp、ssh 等"),
    field<"inside">([](const App &a) { return Title{a.inside.view()}; },
                    "what began behind a PROXY header or in a tunnel",
                    "PROXY 头之后或隧道之内的协议"),
    field<"asked">([](const App &a) { return when(a.wish != record::Wish::none, a.wish); },
                   "what one side asked for", "一方请求的是什么"),
    field<"answer">([](const App &a) { return when(a.answer != record::Answer::none, a.answer); },
                    "and what it was answered", "得到的答复"),
    field<"went_on">(
        [](const App &a) { return when(a.answer == record::Answer::refused, a.went_on); },
        "who was refused spoke on in plain", "被拒后仍以明文继续"));

inline constexpr auto kHttp = object_if_any<"http">(
    kAppOf, "HTTP in plain", "明文 HTTP",
    field<"method">(&App::method, "method of the first request", "首个请求的方法"),
    field<"host">(&App::host, "its host; of a CONNECT its target", "其主机；CONNECT 则为目标"),
    field<"status">([](const App &a) { return when(a.status > 0, a.status); },
                    "status of the last response", "最后一个响应的状态码"));

inline constexpr auto kRefusal = object_if_any<"refusal">(
    [](const Record &r) { return r.app.answer == record::Answer::refused ? &r.app : nullptr; },
    "why what was asked for was refused", "请求为何被拒",
    field<"code">(
        [](const App &a) {
          return NumberOrWord{a.refusal, a.refusal_word};
        },
        "number or word of its protocol", "该协议的编号或关键字"),
    field<"text">(&App::refusal_line, "its line, in protocols of lines", "其文本行"));

} // namespace handspan::render::table
