// A connection on a page: when and who, the verdict, its phases and messages drawn.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <cstdint>
#include <string>

namespace handspan::app {

// One line for a list.
std::string connection_line(const record::Record &record, std::uint64_t number,
                            render::Language language);
// What stands below it.
std::string connection_details(const record::Record &record, render::Language language);

// A page of its own, with its packets in sentences (`told`, as `handspan explain` tells them).
std::string connection_page(const record::Record &record, std::uint64_t number,
                            const std::string &told, render::Language language);

} // namespace handspan::app
