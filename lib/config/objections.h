// What is wrong with a text that has the right type and would stop the start, and what to write
// instead. Private to this folder.
#pragma once

#include <string>
#include <vector>

namespace handspan::config {

// Each: `"eth1" is …: write …`, or empty where nothing is known to be wrong.
std::string objection_to_ports(const std::vector<std::string> &ports);
std::string objection_to_eal_args(const std::vector<std::string> &arguments);

} // namespace handspan::config
