#include "viewer.h"

#include "handspan/common/live_story.h"
#include "render/latency_sums.h"
#include "render/log_line.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"
#include "shm/process.h"

#include <algorithm>

namespace handspan::app {

namespace {

using render::Phrase;

constexpr base::Nanos kRefresh = base::kSecond;
constexpr std::size_t kMostTyped = 4'096;
constexpr Phrase kLives[] = {Phrase::life_starting, Phrase::life_running, Phrase::life_stopping,
                             Phrase::life_stopped, Phrase::life_dead}; // as record::Life

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void put_utf8(std::string &to, int character) {
  const auto c = static_cast<unsigned>(character);
  const auto tail = [&](unsigned shift) { to += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

void drop_last_character(std::string &text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80)
    text.pop_back();
  if (!text.empty())
    text.pop_back();
}

} // namespace

TopViewer::TopViewer(TopModel &model, Screen &screen, const render::Style &style,
                     const render::TopView &first)
    : model_(model), screen_(screen), style_(style), span_(first.span) {
  orders_.fill(first.order);
  if (first.subject)
    view_ = static_cast<View>(*first.subject);
}

unsigned TopViewer::kind_of(View view) {
  switch (view) {
  case View::recent:
    return kList;
  case View::latencies:
  case View::connection:
  case View::help:
    return kText;
  default:
    return kTable;
  }
}

void TopViewer::run() {
  refresh();
  base::Nanos due = shm::monotonic_now() + kRefresh;
  for (bool goes_on = true; goes_on;) {
    draw();
    const base::Nanos now = shm::monotonic_now();
    const int key = screen_.read(std::max<base::Nanos>(due - now, 0));
    if (key == key::kNothing && shm::monotonic_now() < due)
      continue;
    if (key != key::kNothing)
      goes_on = obey(key);
    if (shm::monotonic_now() >= due) {
      if (!paused_)
        refresh();
      due = shm::monotonic_now() + kRefresh;
    }
  }
}

// Whoever has chosen a failure keeps it while newer ones come.
void TopViewer::refresh() {
  const std::size_t come = model_.refresh();
  Place &place = places_[static_cast<std::size_t>(View::recent)];
  if (place.selected > 0 || view_ == View::connection)
    place.selected += come;
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
  for (std::string &line : lines_of(render::top_numbers(model_.all(), style_)))
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
    body.rows = lines_of(render::latency_sums_text(model_.wanted(), span_, style_));
    break;
  case View::connection:
    if (told_width_ != style_.width)
      tell_connection();
    body.rows = lines_of(connection_);
    break;
  case View::help:
    body.rows = lines_of(keys_help(kind_of(before_), style_));
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

bool TopViewer::obey(int key) {
  if (key == key::kResized)
    return true;
  if (typing_) {
    edit(key);
    return true;
  }
  message_.clear();
  switch (const TopCommand command = command_of(key)) {
  case TopCommand::quit:
    return false;
  case TopCommand::help:
    view_ == View::help ? back() : go(View::help);
    break;
  case TopCommand::back:
    if (!is_text() && model_.is_filtered())
      apply_filter("");
    else
      back();
    break;
  case TopCommand::open:
    open();
    break;
  case TopCommand::next_failure:
  case TopCommand::previous_failure:
    step(command);
    break;
  case TopCommand::filter:
    typing_ = true;
    typed_ = model_.filter();
    break;
  case TopCommand::sort:
    sort(key - '0');
    break;
  case TopCommand::span:
    span_ = span_ == summary::Ranking::Span::since_start ? summary::Ranking::Span::five_minutes
                                                         : summary::Ranking::Span::since_start;
    break;
  case TopCommand::pause:
    paused_ = !paused_;
    break;
  case TopCommand::redraw:
    screen_.redraw();
    break;
  case TopCommand::none:
    break;
  case TopCommand::names:
  case TopCommand::servers:
  case TopCommand::networks:
  case TopCommand::causes:
  case TopCommand::ja4:
  case TopCommand::latencies:
  case TopCommand::recent:
    go(static_cast<View>(static_cast<unsigned>(command) -
                         static_cast<unsigned>(TopCommand::names)));
    break;
  default:
    move(command);
  }
  return true;
}

void TopViewer::edit(int key) {
  if (key == key::kEscape) {
    typing_ = false;
  } else if (key == key::kEnter) {
    typing_ = false;
    apply_filter(typed_);
  } else if (key == key::kBackspace) {
    drop_last_character(typed_);
  } else if (key == 21) { // Ctrl-U
    typed_.clear();
  } else if (key >= ' ' && typed_.size() < kMostTyped) {
    put_utf8(typed_, key);
  }
}

void TopViewer::apply_filter(const std::string &text) {
  std::string fault;
  if (!model_.set_filter(text, fault)) {
    message_ = lines_of(fault);
    return;
  }
  places_ = {};
  if (is_text() && view_ != View::latencies)
    back();
}

void TopViewer::go(View view) {
  if (view_ == view)
    return;
  if (view_ != View::help && !(view_ == View::connection && view == View::help))
    before_ = view_;
  view_ = view;
  if (is_text())
    place() = {};
}

void TopViewer::back() {
  if (view_ == View::help || view_ == View::connection)
    view_ = view_ == View::connection ? View::recent : before_;
}

void TopViewer::move(TopCommand command) {
  Place &at = place();
  std::size_t &value = is_text() ? at.top : at.selected; // drawing bounds it
  const std::size_t page = std::max<std::size_t>(shown_, 2) - 1;
  switch (command) {
  case TopCommand::up:
    value -= std::min<std::size_t>(value, 1);
    break;
  case TopCommand::down:
    ++value;
    break;
  case TopCommand::page_up:
    value -= std::min(value, page);
    break;
  case TopCommand::page_down:
    value += page;
    break;
  case TopCommand::first:
    value = 0;
    break;
  default:
    value = count(drawn_);
  }
}

// Further back is further down. From another view, the latest failure comes first.
void TopViewer::step(TopCommand command) {
  Place &at = places_[static_cast<std::size_t>(View::recent)];
  if (view_ != View::recent && view_ != View::connection) {
    go(View::recent);
    return;
  }
  if (command == TopCommand::next_failure)
    at.selected = std::min(at.selected + 1, std::max<std::size_t>(model_.failures(), 1) - 1);
  else
    at.selected -= std::min<std::size_t>(at.selected, 1);
  if (view_ == View::connection) {
    view_ = View::recent;
    open();
  }
}

void TopViewer::sort(int digit) {
  if (!is_table() || digit > static_cast<int>(render::kTopColumns.size()))
    return;
  render::TopOrder &order = orders_[static_cast<std::size_t>(view_)];
  const auto by = static_cast<render::TopColumn>(digit - 1);
  if (order.by == by)
    order.up = !order.up;
  else
    order = {by, by == render::TopColumn::what};
}

void TopViewer::open() {
  const std::size_t selected = place().selected;
  if (is_table() && selected < drawn_.filters.size()) {
    const std::string filter = drawn_.filters[selected];
    apply_filter(filter);
    go(View::recent);
  } else if (view_ == View::recent && selected < model_.failures()) {
    told_ = model_.failure(selected).id();
    go(View::connection);
    place() = {};
    tell_connection();
  }
}

void TopViewer::tell_connection() {
  told_width_ = style_.width;
  connection_ = tell(model_.find(told_), style_, false);
}

} // namespace handspan::app
