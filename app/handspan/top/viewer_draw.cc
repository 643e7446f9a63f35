#include "viewer.h"

#include "render/latency_sums.h"
#include "render/log_line.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"
#include "shm/process.h"

#include <algorithm>

namespace handspan::app {

namespace {

using render::Phrase;

constexpr Phrase kLives[] = {Phrase::life_starting, Phrase::life_running, Phrase::life_stopping,
                             Phrase::life_stopped, Phrase::life_dead}; // as record::Life

} // namespace

std::vector<std::string> screen_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> TopViewer::head() const {
  const render::Language l = style_.language;
  const bool since_start = span_ == summary::Ranking::Span::since_start;
  const auto phrase = [l](Phrase id) { return std::string(render::phrase(id, l)); };
  std::vector<std::string> lines{render::paint(
      render::fill(
          Phrase::screen_title, l,
          {{"instance", model_.probe().instance.view()},
           {"probe", model_.probe().name.view()},
           {"span", phrase(since_start ? Phrase::top_since_start : Phrase::top_five_minutes)}}),
      render::Colour::bold, style_)};
  const shm::Status status = model_.reader().status(shm::monotonic_now(), kStallAfter);
  if (status.life != shm::Life::running)
    lines[0] +=
        "  " +
        render::paint(phrase(kLives[static_cast<std::size_t>(status.life) % std::size(kLives)]),
                      render::Colour::red, style_);
  if (model_.is_filtered())
    lines[0] += "  " + render::paint(render::fill(Phrase::screen_filter, l,
                                                  {{"filter", render::printable(model_.filter())}}),
                                     render::Colour::yellow, style_);
  for (std::string &line : screen_lines(render::top_numbers(model_.all(), style_)))
    lines.push_back(std::move(line));
  const summary::Merged &all = model_.all();
  const summary::Fates fates = all.fates();
  const std::uint64_t failed = all.cause_by_side().sum();
  const std::uint64_t recovered = fates.recovered.sum(), felt = fates.not_recovered.sum();
  lines.push_back(
      render::fill(Phrase::screen_failures, l,
                   {{"n", render::grouped(failed)},
                    {"all", render::grouped(all.connections())},
                    {"recovered", render::grouped(recovered)},
                    {"felt", render::grouped(felt)},
                    {"pending", render::grouped(failed - std::min(failed, recovered + felt))}}));
  lines.push_back(render::latency_line(all, style_));
  return lines;
}

void TopViewer::table(Body &body) const {
  const auto subject = static_cast<summary::Subject>(view_);
  const render::TopTableText table =
      render::top_table(model_.wanted().ranking(subject, span_), subject,
                        orders_[static_cast<std::size_t>(view_)], 0, style_);
  body.head = table.head;
  body.remark = table.bound;
  for (const render::TopTableRow &row : table.rows) {
    body.rows.push_back(row.text);
    body.filters.push_back(row.filter);
  }
}

std::size_t TopViewer::count(const Body &body) const {
  return view_ == View::recent ? model_.failures() : body.rows.size();
}

// Failures are told as they are seen: there may be many.
std::string TopViewer::row(const Body &body, std::size_t place) {
  if (view_ != View::recent)
    return body.rows[place];
  const std::string line = render::log_line(model_.failure(place), 0, style_);
  return line.substr(0, line.find('\n'));
}

TopViewer::Body TopViewer::body() {
  Body body;
  switch (view_) {
  case View::recent:
    body.head = render::log_head(false, style_);
    body.head.pop_back();
    break;
  case View::latencies:
    body.rows = screen_lines(render::latency_sums_text(model_.wanted(), span_, style_));
    break;
  case View::connection:
    if (told_width_ != style_.width)
      tell_connection();
    body.rows = screen_lines(connection_);
    break;
  case View::help:
    body.rows = screen_lines(keys_help(kind_of(before_), style_));
    break;
  default:
    table(body);
  }
  if (model_.is_filtered() && !is_text()) {
    const Selection &selection = model_.selection();
    const std::string of =
        render::fill(Phrase::screen_of_records, style_.language,
                     {{"n", render::grouped(selection.seen())},
                      {"when", render::date_time(selection.since(), style_.local).substr(11, 8)}});
    body.remark = render::paint(of, render::Colour::dim, style_) +
                  (body.remark.empty() ? "" : " · " + body.remark);
  }
  return body;
}

// Gives the rows that there is room for.
std::size_t TopViewer::draw_body(const Body &body, std::size_t from, std::size_t until) {
  if (!body.head.empty())
    screen_.put(from++, body.head);
  if (!body.remark.empty() && until > from + 1)
    screen_.put(--until, body.remark);
  const std::size_t room = until > from ? until - from : 1;
  const std::size_t rows = count(body);
  Place &at = place();
  if (is_text()) {
    at.top = std::min(at.top, rows - std::min(rows, room));
  } else {
    at.selected = std::min(at.selected, std::max<std::size_t>(rows, 1) - 1);
    at.top = std::clamp(at.top, at.selected >= room ? at.selected - room + 1 : 0, at.selected);
  }
  for (std::size_t i = 0; i < room && at.top + i < rows; ++i)
    screen_.put(from + i, row(body, at.top + i), !is_text() && at.top + i == at.selected);
  if (rows == 0)
    screen_.put(from, render::phrase(Phrase::screen_empty, style_.language));
  return room;
}

void TopViewer::draw_bottom(const std::vector<std::string> &keys) {
  const std::size_t rows = screen_.rows();
  for (std::size_t i = 0; i < keys.size(); ++i)
    screen_.put(rows - keys.size() + i, keys[i]);
  const std::size_t above = rows - std::min(rows, keys.size());
  if (typing_) {
    // Of what is too long, the end is seen.
    std::string seen = "/" + render::printable(typed_);
    while (render::display_width(seen) + 1 > style_.width)
      seen.erase(0, 1);
    screen_.put(above - 1, seen);
    screen_.point(above - 1, render::display_width(seen));
    return;
  }
  for (std::size_t i = 0; i < message_.size() && i < above; ++i)
    screen_.put(above - message_.size() + i, message_[i]);
}

void TopViewer::draw() {
  style_.width = screen_.columns();
  screen_.clear();
  const std::vector<std::string> keys = keys_line(kind_of(view_), 2, style_);
  const std::size_t rows = screen_.rows();
  const std::size_t taken =
      keys.size() + std::max<std::size_t>(typing_ ? 1 : message_.size(), typing_ ? 1 : 0);
  std::size_t row = 0;
  // A screen of few rows has no room for the head.
  if (rows >= 16)
    for (const std::string &line : head())
      screen_.put(row++, line);
  if (row > 0)
    ++row;
  drawn_ = body();
  shown_ = draw_body(drawn_, row, rows > taken + row ? rows - taken : row + 1);
  draw_bottom(keys);
  screen_.show();
}

} // namespace handspan::app
