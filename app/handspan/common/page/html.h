// A page of HTML that needs nothing beside itself: no script of others, no font, no network; the
// browser is told to load nothing. What comes from outside is escaped, always.
#pragma once

#include "render/language.h"

#include <string>
#include <string_view>

namespace handspan::app {

// Fit for text and for attributes in quotes. Hidden controls show as escapes.
std::string html(std::string_view text);

// A number and where it stands in the page's data: `<span data-figure="failures.raw">12</span>`.
std::string figure(std::string_view path, std::string_view shown);

// `json` stands in the page as data; empty: there is none.
std::string html_page(std::string_view title, std::string_view body, std::string_view json,
                      render::Language language);

} // namespace handspan::app
