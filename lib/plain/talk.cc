#include "plain/talk.h"

#include <algorithm>
#include <utility>

namespace handspan::plain {

namespace {

bool is_printable_byte(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x7f;
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// The first line, up to what cannot be shown.
std::string_view line_of(Bytes words) {
  const auto end = std::find_if_not(words.begin(), words.end(), is_printable_byte);
  return text_of(words.first(static_cast<std::size_t>(end - words.begin())));
}

std::string_view last_word(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_word(text[begin - 1]))
    --begin;
  return text.substr(begin);
}

// The three digits that the text ends with.
std::uint32_t last_number(Bytes matched) {
  std::uint32_t value = 0;
  for (const std::uint8_t digit : matched.last(std::min<std::size_t>(3, matched.size())))
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  return value;
}

std::uint32_t last_little_endian(Bytes matched, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size && i < matched.size(); ++i)
    value = value << 8 | matched[matched.size() - 1 - i];
  return value;
}

// What a header takes: as far as it matched and, if that ends with a length, so much more.
std::size_t header_length(const Match &match, Bytes words) {
  std::size_t length = match.length;
  if (match.says == Says::header16 && match.length >= 2 && match.length <= words.size())
    length += static_cast<std::size_t>(words[match.length - 2] << 8 | words[match.length - 1]);
  return std::min(length, words.size());
}

} // namespace

std::size_t Talk::hear(const Patterns &patterns, Scratch &scratch, Side from, Bytes words) {
  const bool awaited = is_awaited(from);
  const bool first = !std::exchange(opened_[from], true);
  std::optional<Match> match;
  if (awaited)
    match = patterns.reply(from, words, now_, scratch);
  if (!match && first)
    match = patterns.opening(from, words, now_, scratch);
  if (!match && !awaited && may_ask(from))
    match = patterns.reply(from, words, now_, scratch);
  const bool header = match && is_header(match->says);
  const bool refused = answer_ == Answer::refused && from == asker_;
  if (refused && !(match && (match->says == Says::leaves || is_request(match->says))))
    went_on_ = true;
  if (!header)
    spoke_[from] = true;
  if (!match) {
    if (first && from == Side::server)
      http_.read(from, words); // a web server that did not understand what it got
    return 0;
  }
  understand(*match, from, words);
  return header ? header_length(*match, words) : is_request(match->says) ? match->length : 0;
}

// Does the other side wait for an answer of this one?
bool Talk::is_awaited(Side from) const {
  return wish_ != Wish::none && answer_ == Answer::none && from != asker_;
}

// May this side ask for something, once more or after all?
bool Talk::may_ask(Side from) const {
  const bool tried = wish_ != Wish::none && answer_ != Answer::granted && from == asker_;
  return tried || (from == Side::client && may_ask_tls(now_));
}

void Talk::understand(const Match &match, Side from, Bytes words) {
  const Bytes matched = words.first(std::min(match.length, words.size()));
  const bool answers = is_awaited(from);
  if (!is_refusal(match.says) || answers)
    enter(match.protocol);
  if (title(match.protocol) == "HTTP")
    http_.read(from, words);
  frames_tls_ = match.says == Says::frames_tls;
  if (is_header(match.says)) {
    begin_anew();
    opened_[from] = false;
  } else if (is_request(match.says)) {
    wish_ = match.says == Says::asks_tls ? Wish::tls : Wish::tunnel;
    answer_ = Answer::none;
    asker_ = from;
    went_on_ = false;
    refusal_ = {};
  } else if (match.says == Says::grants && answers) {
    answer_ = Answer::granted;
    if (wish_ == Wish::tunnel) {
      begin_anew();
      opened_ = {};
    }
  } else if (is_refusal(match.says) && answers) {
    answer_ = Answer::refused;
    refuse(match.says, matched, words);
  }
}

void Talk::enter(Protocol protocol) {
  now_ = protocol;
  if (first_ == kNoProtocol)
    first_ = protocol;
  else if (protocol != first_)
    inside_ = protocol;
}

// What comes next is another conversation.
void Talk::begin_anew() {
  now_ = kNoProtocol;
}

void Talk::refuse(Says says, Bytes matched, Bytes words) {
  switch (says) {
  case Says::refuses_number:
    refusal_.number = last_number(matched);
    refusal_.line.assign(line_of(words));
    break;
  case Says::refuses_word:
    refusal_.word.assign(last_word(text_of(matched)));
    refusal_.line.assign(line_of(words));
    break;
  case Says::refuses_second:
    refusal_.number = matched.size() > 1 ? matched[1] : kNoNumber;
    break;
  case Says::refuses_last:
    refusal_.number = last_little_endian(matched, 1);
    break;
  case Says::refuses_le16:
    refusal_.number = last_little_endian(matched, 2);
    break;
  case Says::refuses_le32:
    refusal_.number = last_little_endian(matched, 4);
    break;
  default:
    break;
  }
}

void Talk::swap_roles() {
  std::swap(opened_.client, opened_.server);
  std::swap(spoke_.client, spoke_.server);
  asker_ = base::other(asker_);
}

} // namespace handspan::plain
