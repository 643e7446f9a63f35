// What a policy objects to, in words. Internal to lib/render.
#pragma once

#include "render/language.h"
#include "summary/policy.h"

#include <string_view>

namespace handspan::render {

std::string_view text(summary::Objection objection, Language language);

} // namespace handspan::render
