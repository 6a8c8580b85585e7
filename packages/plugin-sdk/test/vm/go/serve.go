// Serves the folder in its argument over HTTP, as Packer does, and says on which address.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	panic(http.Serve(listener, http.FileServer(http.Dir(os.Args[1]))))
}
