// A process of its own, which may be fenced in: what is given up does not come back.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace handspan::fence {

// The number that the body ends with; below zero the signal that ended it.
inline int in_a_child(const std::function<int()> &body) {
  const pid_t child = fork();
  if (child == 0)
    _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace handspan::fence
