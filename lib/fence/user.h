// Another user than root.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handspan::fence {

struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0; // its own group
};

// By name; nothing, and `why`, if the machine has none of that name.
std::optional<User> find_user(const std::string &name, std::string &why);

// Gives a file to the user, and a folder with the files in it, one level deep. What is not there is
// passed over. False, and `why`, if it can't be given.
bool give(const User &user, const std::string &path, std::string &why);

// Every thread becomes the user, in its groups, for ever. False, and `why`.
bool become(const User &user, std::string &why);

} // namespace handspan::fence
