// The folder and the lock of an instance, on the daemon's side. Private to this folder.
#pragma once

#include "shm/files.h"

#include <memory>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace handspan::shm {

// <runtime_dir>/<instance>, with its lock held for life; the kernel gives it back if the process
// dies.
class Place {
public:
  // Makes (0750) what is not there. Null, with `error` set, if the folder can't be had, if somebody
  // else could exchange the files in it, or if another process has the lock, which is named then.
  // group: -1 leaves it as it is.
  static std::unique_ptr<Place> take(const std::string &runtime_dir, std::string_view instance,
                                     gid_t group, std::string &error);

  // Unless keep() was called, folders and lock that take() has made are removed: a start that
  // failed leaves nothing. What was there before stays, and so does a folder with other files.
  ~Place();
  Place(const Place &) = delete;
  Place &operator=(const Place &) = delete;

  void keep() { keeps_ = true; }
  [[nodiscard]] const Fd &folder() const { return folder_; }

private:
  // What a try came to. Another start that fails may take away what this one is about to use.
  enum class Try { done, failed, gone };

  Place(const std::string &runtime_dir, std::string_view instance)
      : runtime_dir_(runtime_dir), instance_(instance) {}
  Try open_folder(gid_t group, std::string &error);
  Try take_lock(std::string &error);
  Try open_lock(std::string &error);
  [[nodiscard]] bool is_in_place() const;
  [[nodiscard]] std::string path() const { return runtime_dir_ + "/" + instance_; }

  std::string runtime_dir_;
  std::string instance_;
  Fd runtime_, folder_, lock_;
  bool made_runtime_ = false, made_folder_ = false, made_lock_ = false, locked_ = false;
  bool keeps_ = false;
};

} // namespace handspan::shm
