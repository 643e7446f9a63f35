// The page of a report.
#pragma once

#include "handspan/report/gathered.h"
#include "render/language.h"

#include <string>

namespace handspan::app {

std::string report_page(Gathered &gathered, render::Language language);

} // namespace handspan::app
