// Makes a record that came from outside (a shared segment) safe to use.
#pragma once

#include "record/record.h"
#include "record/story.h"

namespace handspan::record {

// Clamps every count, length, boolean and enumeration of a record whose bytes may be anything, so
// that all its accessors can be used. Numbers that this program does not know become "not known"
// (Cause::none, Step::none, Outcome::unknown ...). It does not judge whether the facts make sense,
// nor what characters the texts hold.
void sanitize(Record &record);

// The same for a story: every fact's parts are there, or it has none.
void sanitize(Story &story);

} // namespace handspan::record
