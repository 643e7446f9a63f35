// What an entry of a ranking stands for, in words. Internal to lib/render.
#pragma once

#include "render/json_dom.h"
#include "render/style.h"
#include "summary/top.h"

#include <string>

namespace handspan::render {

// "shop.example", "192.0.2.1:443", "192.0.2.0/24", "reset by the server: shop.example"
std::string top_key_text(summary::Subject subject, const summary::TopKey &key, const Style &style);
// {"name": …}, {"server": …}, {"network": …}, {"cause", "by", "name" or "server"}, {"ja4": …}
// The filter that the connections of an entry pass: tls.sni == "shop.example".
std::string top_key_filter(summary::Subject subject, const summary::TopKey &key);
Json top_key_json(summary::Subject subject, const summary::TopKey &key);

} // namespace handspan::render
