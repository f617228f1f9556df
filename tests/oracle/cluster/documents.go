package main

import "plimsoll/oracle/verdict/cases"

func init() {
	commands["documents"] = command{foreign, documents}
}

// documents prints the server's answer to each document of files and folders.
func documents(client *Client, options options) {
	tally := newTally(options)
	var names []string
	var texts [][]byte
	err := cases.Files(options.arguments, func(name string, text []byte) {
		names, texts = append(names, name), append(texts, text)
	})
	if err != nil {
		fail(err)
	}
	each(len(texts), func(index int) func() {
		lines := cases.Documents(texts[index], client.judge)
		return func() {
			for _, line := range lines {
				line.File = names[index]
				tally.print(line)
			}
		}
	})
	tally.out.Flush()
}
