#include "handspan/common/page/one_connection.h"

#include "handspan/common/page/drawing.h"
#include "handspan/common/page/html.h"
#include "handspan/common/page/words.h"
#include "render/facts.h"
#include "render/json.h"
#include "render/summary.h"
#include "render/units.h"

namespace handspan::app {

std::string connection_line(const record::Record &record, std::uint64_t number,
                            render::Language language) {
  const std::string outcome(render::text(record.outcome, language));
  std::string out = number > 0 ? "#" + std::to_string(number) + " " : "";
  out += "<b class=\"" + std::string(name(record.outcome)) + "\">" + html(outcome) + "</b> " +
         html(render::endpoint(record.client, record.client_port)) + " → " +
         html(render::endpoint(record.server, record.server_port));
  if (const std::string_view sni = record.view(record.tls.sni); !sni.empty())
    out += " " + html(sni);
  if (record.tls.finished != record::kNever && record.tls.start != record::kNever)
    out += " · TLS " + html(render::duration(base::elapsed(record.tls.start, record.tls.finished)));
  return out;
}

std::string connection_details(const record::Record &record, render::Language language) {
  std::string out = "<p>" + html(render::summary(record, language)) + "</p>\n<p class=\"dim\">" +
                    html(render::date_time(record.first)) + " UTC · " +
                    html(render::session(record, language)) + "</p>\n";
  const auto drawn = [&](Word title, const std::string &svg) {
    if (!svg.empty())
      out += "<figure><figcaption>" + html(word(title, language)) + "</figcaption>" + svg +
             "</figure>\n";
  };
  drawn(Word::waterfall, draw_waterfall(record, language));
  drawn(Word::ladder, draw_ladder(record, language));
  return out;
}

std::string connection_page(const record::Record &record, std::uint64_t number,
                            const std::string &told, render::Language language) {
  const std::string body = "<p class=\"verdict\">" + connection_line(record, number, language) +
                           "</p>\n" + connection_details(record, language) + "<h2>" +
                           html(word(Word::packets, language)) + "</h2>\n<pre>" + html(told) +
                           "</pre>\n";
  return html_page(word(Word::title_one, language), body, render::json(record, language), language);
}

} // namespace handspan::app
