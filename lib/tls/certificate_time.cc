#include "tls/certificate_time.h"

#include "base/time.h"

#include <chrono>

namespace handspan::tls {

namespace {

// Two decimal digits; what are none fail the reader.
unsigned two_digits(base::Reader &reader) {
  const unsigned tens = reader.u8() - unsigned{'0'}, ones = reader.u8() - unsigned{'0'};
  if (tens > 9 || ones > 9)
    reader.fail();
  return 10 * tens + ones;
}

} // namespace

//   Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }
//   UTCTime: YYMMDDHHMMSSZ, YY from 50 on in the last century    RFC 5280, 4.1.2.5.1
//   GeneralizedTime: YYYYMMDDHHMMSSZ, no fraction of a second    4.1.2.5.2
std::int64_t read_time(const Element &time) {
  if (time.tag != tag::utc_time && time.tag != tag::generalized_time)
    return base::kNever;
  base::Reader reader(time.content);
  const unsigned first = two_digits(reader);
  const unsigned year = time.tag == tag::generalized_time ? 100 * first + two_digits(reader)
                        : first < 50                      ? 2000 + first
                                                          : 1900 + first;
  const unsigned month = two_digits(reader), day = two_digits(reader);
  const unsigned hour = two_digits(reader), minute = two_digits(reader),
                 second = two_digits(reader);
  const bool ends = reader.u8() == 'Z' && reader.empty();
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!reader.ok() || !ends || !date.ok() || hour > 23 || minute > 59 || second > 59)
    return base::kNever;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

} // namespace handspan::tls
