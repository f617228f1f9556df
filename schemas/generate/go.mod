module plimsoll/schemas/generate

go 1.24
