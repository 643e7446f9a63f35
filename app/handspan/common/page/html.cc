#include "handspan/common/page/html.h"

#include "base/quote.h"
#include "handspan/common/page/look_of_page.h"
#include "handspan/common/page/words.h"

namespace handspan::app {

std::string html(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    for (const char c : base::printable(text.substr(0, end))) {
      switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
      }
    }
    text.remove_prefix(end);
    if (!text.empty()) {
      out += '\n';
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string figure(std::string_view path, std::string_view shown) {
  return "<span data-figure=\"" + html(path) + "\">" + html(shown) + "</span>";
}

std::string html_page(std::string_view title, std::string_view body, std::string_view json,
                      render::Language language) {
  std::string data;
  for (const char c : json) // no text of it can end the element
    data += c == '<' ? std::string("\\u003c") : std::string(1, c);
  std::string out = "<!doctype html>\n<html lang=\"";
  out += language == render::Language::zh ? "zh-Hans" : "en";
  out += "\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>" +
         html(title) + "</title>\n<style>" + kPageStyle + "</style>\n</head>\n<body>\n" +
         "<a class=\"skip\" href=\"#content\">" + html(word(Word::skip, language)) +
         "</a>\n<main id=\"content\">\n<h1>" + html(title) + "</h1>\n";
  out += body;
  out += "</main>\n";
  if (!data.empty())
    out += "<script type=\"application/json\" id=\"handspan\">" + data + "</script>\n";
  return out + "<script>" + kPageScript + "</script>\n</body>\n</html>\n";
}

} // namespace handspan::app
