/** The smallest programs that ask whether a service is well, for images without a shell: `probe URL STATUS [TEXT]`. */

export const goProbe = `package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	defer answer.Body.Close()
	if strconv.Itoa(answer.StatusCode) != os.Args[2] {
		os.Exit(1)
	}
	if len(os.Args) > 3 {
		body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		if err != nil || !bytes.Contains(body, []byte(os.Args[3])) {
			os.Exit(1)
		}
	}
}
`;

export const dotnetProbe = `using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
try
{
    using var answer = await client.GetAsync(args[0]);
    if ((int)answer.StatusCode != int.Parse(args[1])) return 1;
    return args.Length < 3 || (await answer.Content.ReadAsStringAsync()).Contains(args[2]) ? 0 : 1;
}
catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
{
    return 1;
}
`;

export const dotnetProject = (version: string): string => `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net${version}</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <UseAppHost>false</UseAppHost>
  </PropertyGroup>
</Project>
`;
