// handspan completion: a script that lets a shell complete verbs, options, and what they take; made
// from the options' own definitions. Not in the help: packages call it when they are built.
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "render/fields.h"

#include <memory>
#include <string>

namespace handspan::app {
namespace {

std::string joined(const std::vector<std::string> &words, const char *between) {
  std::string out;
  for (const std::string &word : words)
    out.append(out.empty() ? "" : between).append(word);
  return out;
}

std::string field_names() {
  std::string out;
  for (const render::FieldInfo &field : render::fields())
    out.append(out.empty() ? "" : " ").append(field.path);
  return out;
}

// What an option's value may be, as a list; empty: a file, or anything.
std::string words_for(const OptionDescription &option) {
  return option.value == "FIELD" || option.value == "FIELDS" ? field_names()
                                                             : joined(option.values, " ");
}

// In single quotes, for all three shells; fish knows \' alone.
std::string quoted(const std::string &text, bool fish = false) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string(fish ? "\\'" : "'\\''") : std::string(1, c);
  return out + "'";
}

std::string bash(const std::vector<VerbDescription> &verbs) {
  std::string names, cases;
  for (const VerbDescription &verb : verbs) {
    names += (names.empty() ? "" : " ") + verb.name;
    std::string options, values;
    for (const OptionDescription &option : verb.options) {
      if (option.names.empty())
        continue;
      options += (options.empty() ? "" : " ") + joined(option.names, " ");
      if (const std::string words = words_for(option); !words.empty())
        values += "        " + joined(option.names, "|") + ") words=" + quoted(words) + " ;;\n";
      else if (!option.value.empty())
        values += "        " + joined(option.names, "|") + ") words=; files=yes ;;\n";
    }
    cases += "    " + verb.name + ")\n      words=" + quoted(options) +
             "\n      case $before in\n" + values + "      esac ;;\n";
  }
  return "# bash completion for handspan; made by `handspan completion bash`\n"
         "_handspan() {\n"
         "  local now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= files=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W " +
         quoted(names + " --help --version") +
         " -- \"$now\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n" + cases +
         "  esac\n"
         "  case $now in -*) ;; *) [ \"$words\" ] && case $before in -*) ;; *) words=; files=yes "
         ";; "
         "esac ;; esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$now\"))\n"
         "  [ \"$files\" ] && COMPREPLY+=($(compgen -f -- \"$now\"))\n"
         "}\n"
         "complete -o filenames -F _handspan handspan\n";
}

std::string in_brackets(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("[]:", at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

std::string zsh(const std::vector<VerbDescription> &verbs) {
  std::string names, cases;
  for (const VerbDescription &verb : verbs) {
    names += "    " + quoted(verb.name + ":" + verb.help) + "\n";
    cases += "    " + verb.name + ")\n      _arguments -s";
    for (const OptionDescription &option : verb.options) {
      for (const std::string &name : option.names) {
        std::string spec = name + "[" + in_brackets(option.help) + "]";
        const std::string words = words_for(option);
        if (!option.value.empty())
          spec += ":" + in_brackets(option.value) + ":" +
                  (words.empty() ? "_files" : "(" + words + ")");
        cases += " \\\n        " + quoted(spec);
      }
    }
    cases += " \\\n        '*:file:_files' ;;\n";
  }
  return "#compdef handspan\n# zsh completion; made by `handspan completion zsh`\n_handspan() {\n"
         "  local -a verbs\n  verbs=(\n" +
         names +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe command verbs\n    return\n  fi\n"
         "  local verb=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $verb in\n" +
         cases + "  esac\n}\n_handspan \"$@\"\n";
}

std::string fish(const std::vector<VerbDescription> &verbs) {
  std::string out = "# fish completion for handspan; made by `handspan completion fish`\n";
  for (const VerbDescription &verb : verbs)
    out += "complete -c handspan -n __fish_use_subcommand -f -a " + verb.name + " -d " +
           quoted(verb.help, true) + "\n";
  for (const VerbDescription &verb : verbs)
    for (const OptionDescription &option : verb.options) {
      if (option.names.empty())
        continue;
      out += "complete -c handspan -n '__fish_seen_subcommand_from " + verb.name + "'";
      for (const std::string &name : option.names)
        out += name[1] == '-' ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (const std::string words = words_for(option); !words.empty())
        out += " -x -a " + quoted(words, true);
      else if (!option.value.empty())
        out += " -r";
      out += " -d " + quoted(option.help, true) + "\n";
    }
  return out;
}

} // namespace

void add_completion(Command app, Action &chosen) {
  auto shell = std::make_shared<std::string>();
  Command completion = app.verb("completion", "a script by which a shell completes this program");
  completion.option("SHELL", *shell, "bash, zsh or fish")
      .required()
      .one_of({"bash", "zsh", "fish"});
  completion.hide();
  completion.when_chosen([app, shell, &chosen] {
    chosen = [app, shell] {
      Output output;
      const auto verbs = app.described();
      output.write(*shell == "bash" ? bash(verbs) : *shell == "zsh" ? zsh(verbs) : fish(verbs));
      return output.finish(kOk);
    };
  });
}

} // namespace handspan::app
