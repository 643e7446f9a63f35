//   token  = word / text / mark
//   word   = what is neither blank nor mark nor quote; ".." ends it
//   text   = '"' *( '\"' / other ) '"' / "'" *other "'"      ; every other "\" stands for itself
//   mark   = "(" ")" "{" "}" "," "!" "&&" "||" "==" "!=" "<=" ">=" "<" ">" "~" ".."
//   blank  = " " / tab / line feed / "#" to the end of the line
#include "filter/lexer.h"

#include "filter/words.h"

#include <algorithm>

namespace handspan::filter {
namespace {

constexpr std::string_view kMarks[] = {"&&", "||", "==", "!=", "<=", ">=", "..", "(",
                                       ")",  "{",  "}",  ",",  "!",  "<",  ">",  "~"};
constexpr std::string_view kEndsWord = " \t\r\n(){},!&|=<>~\"'#";

class Lexer {
public:
  Lexer(std::string_view text, std::vector<Token> &tokens, render::Language language, Fault &fault)
      : text_(text), tokens_(tokens), language_(language), fault_(fault) {}

  bool run() {
    for (;;) {
      skip_blanks();
      if (at_ == text_.size()) {
        tokens_.push_back({Token::Kind::end, {}, at_, 0});
        return true;
      }
      if (!one())
        return false;
    }
  }

private:
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
        ++at_;
      else
        return;
    }
  }

  bool one() {
    const char c = text_[at_];
    if (c == '"' || c == '\'')
      return quoted(c);
    for (const std::string_view mark : kMarks)
      if (text_.substr(at_).starts_with(mark)) {
        take(Token::Kind::mark, std::string(mark), mark.size());
        return true;
      }
    const std::size_t length = word_length();
    if (length > 0) {
      take(Token::Kind::word, std::string(text_.substr(at_, length)), length);
      return true;
    }
    const Said hint = c == '=' ? Said::single_equal : c == '&' ? Said::single_and : Said::single_or;
    fault_ = {at_, 1,
              words(Said::single, language_,
                    {{"mark", std::string(1, c)}, {"hint", words(hint, language_)}})};
    return false;
  }

  [[nodiscard]] std::size_t word_length() const {
    std::size_t end = std::min(text_.find_first_of(kEndsWord, at_), text_.size());
    return std::min(end, text_.find("..", at_)) - at_;
  }

  bool quoted(char quote) {
    std::string inside;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == quote) {
        take(Token::Kind::text, std::move(inside), i + 1 - at_);
        return true;
      }
      if (quote == '"' && text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] == '"')
        ++i;
      inside += text_[i];
    }
    fault_ = {at_, 1, std::string(words(Said::quote_never_closed, language_))};
    return false;
  }

  void take(Token::Kind kind, std::string text, std::size_t length) {
    tokens_.push_back({kind, std::move(text), at_, length});
    at_ += length;
  }

  std::string_view text_;
  std::vector<Token> &tokens_;
  render::Language language_;
  Fault &fault_;
  std::size_t at_ = 0;
};

} // namespace

bool tokens_of(std::string_view text, std::vector<Token> &tokens, render::Language language,
               Fault &fault) {
  return Lexer(text, tokens, language, fault).run();
}

} // namespace handspan::filter
