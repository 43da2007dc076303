// Go's own verdicts, for GitLab's registry enforces rules with it. Speaks as oracle.py does.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"runtime"
	"strconv"
)

type question struct {
	Names    []string `json:"names"`
	Patterns []string `json:"patterns"`
}

func verdict(pattern string, names []string) string {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return "!" + err.Error()
	}
	var mask uint64
	for place, name := range names {
		if compiled.MatchString(name) {
			mask |= 1 << place
		}
	}
	return strconv.FormatUint(mask, 16)
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	if out.Encode(runtime.Version()) != nil {
		os.Exit(1)
	}
	for {
		var asked question
		if in.Decode(&asked) != nil {
			return
		}
		answers := make([]string, 0, len(asked.Patterns))
		for _, pattern := range asked.Patterns {
			answers = append(answers, verdict(pattern, asked.Names))
		}
		if out.Encode(answers) != nil {
			os.Exit(1)
		}
	}
}
