// Tokens to a tree of conditions. Internal to lib/filter.
#pragma once

#include "filter/lexer.h"
#include "filter/tree.h"
#include "filter/words.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::filter {

class Parser {
public:
  using Node = Filter::Node;

  Parser(std::vector<Token> tokens, const Clock &clock, render::Language language, Fault &fault)
      : tokens_(std::move(tokens)), clock_(clock), language_(language), fault_(fault) {}

  // Null: the fault says why.
  std::unique_ptr<Node> run();

private:
  std::unique_ptr<Node> row(Node::Kind kind);
  std::unique_ptr<Node> negation();
  std::unique_ptr<Node> primary();
  std::unique_ptr<Node> condition();

  bool relation(Condition &condition);
  bool compare(Condition &condition, std::string_view relation);
  bool set(Condition &condition);
  bool element(Condition &condition);
  bool number(Condition &condition, std::string_view relation);
  bool address(Condition &condition);
  bool text(Condition &condition, const Token &value);
  bool pattern(Condition &condition);

  [[nodiscard]] const Token &now() const { return tokens_[at_]; }
  bool take(std::string_view mark, std::string_view word = {});
  bool wants_value();
  [[nodiscard]] std::string wanted(const Condition &condition, render::FieldType type) const;
  bool wrong(const Token &at, Said what);
  bool wrong(const Token &at, std::string message);

  std::vector<Token> tokens_;
  Clock clock_;
  render::Language language_;
  Fault &fault_;
  std::size_t at_ = 0, depth_ = 0, conditions_ = 0, values_ = 0, patterns_ = 0;
  Token field_; // of the condition that is being read
};

} // namespace handspan::filter
