#include "fence/capabilities.h"

#include "fence/threads.h"

#include <cerrno>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

int give_up() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capset, &header, none) != 0)
    return errno;
  return 0;
}

} // namespace

bool drop_capabilities(std::string &why) {
  return in_every_thread(give_up, why);
}

} // namespace handspan::fence
