#include "handspan/history/kept_minutes.h"

#include "formats/minute.h"
#include "handspan/common/folder.h"

#include <algorithm>
#include <map>
#include <utility>

namespace handspan::app {
namespace {

// Beyond a year of minutes there are hours: a hole in time can't take all memory.
constexpr std::int64_t kMostCells = 366 * 24 * 60;

} // namespace

bool take_kept_minutes(const std::string &folder, summary::Unit unit, std::uint64_t count,
                       summary::Course &course) {
  const std::int64_t minutes = summary::seconds_of(unit) / 60;
  // What was told again takes the place of what was told before.
  std::map<std::pair<std::int64_t, std::string>, summary::Cell> told;
  if (!Folder(folder).each_minute([&](std::string_view line) {
        if (auto minute = formats::minute_of(line))
          told[{minute->cell.number, minute->of}] = minute->cell;
      }))
    return false;
  course.unit = unit;
  if (told.empty())
    return true;
  const std::int64_t last = told.rbegin()->first.first / minutes;
  const std::int64_t most =
      count > 0 ? std::min(static_cast<std::int64_t>(count), kMostCells) : kMostCells;
  course.first = std::max(told.begin()->first.first / minutes, last - most + 1);
  course.cells.resize(static_cast<std::size_t>(last - course.first + 1));
  for (std::size_t i = 0; i < course.cells.size(); ++i)
    course.cells[i].number = course.first + static_cast<std::int64_t>(i);
  for (const auto &[key, cell] : told)
    if (const std::int64_t place = key.first / minutes - course.first; place >= 0)
      course.cells[static_cast<std::size_t>(place)].merge(cell);
  return true;
}

} // namespace handspan::app
