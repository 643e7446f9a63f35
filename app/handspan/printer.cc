#include "printer.h"

#include "render/connection.h"
#include "render/json.h"
#include "render/log_line.h"

namespace handspan::app {

void Printer::head() {
  if (form_ == Form::lines)
    output_.write(render::log_head(style_));
}

void Printer::operator()(const record::Record &record) {
  if (form_ == Form::json)
    return output_.line(render::json(record, style_.language));
  if (form_ == Form::lines)
    return output_.write(render::log_line(record, style_));
  std::uint64_t number = 0;
  if (record.kind == record::Kind::connection) {
    number = ++printed_;
    ++outcomes_[static_cast<std::size_t>(record.outcome)];
  }
  output_.line(render::connection_block(record, number, style_));
}

void Printer::total() {
  if (form_ == Form::blocks)
    output_.write(render::total_line(outcomes_, style_));
}

} // namespace handspan::app
