// A server on Go's own TLS. It says what it did and what came of it, in the words of peer.py.
//
//	peer BEHAVIOUR PORT CERTIFICATE KEY [CA]
//
// With a CA it asks for a certificate, and takes none of another.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
)

const reply = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"

func must(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func settings(args []string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(args[0], args[1])
	must(err)
	made := &tls.Config{Certificates: []tls.Certificate{pair}}
	if len(args) > 2 {
		text, err := os.ReadFile(args[2])
		must(err)
		made.ClientCAs = x509.NewCertPool()
		made.ClientCAs.AppendCertsFromPEM(text)
		made.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return made
}

func version(conn *tls.Conn) string {
	return fmt.Sprintf("TLSv1.%d", conn.ConnectionState().Version-tls.VersionTLS10)
}

func serve(behaviour string, conn *tls.Conn) {
	defer conn.Close()
	if err := conn.Handshake(); err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Printf("sent: FINISHED\ngot: FINISHED\nversion: %s reused: %v\n", version(conn), conn.ConnectionState().DidResume)
	if behaviour == "leave" {
		fmt.Println("did: cut")
		return
	}
	request := make([]byte, 4096)
	if _, err := conn.Read(request); err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println("data: request")
	conn.Write([]byte(reply))
}

func main() {
	config := settings(os.Args[3:])
	listener, err := net.Listen("tcp4", ":"+os.Args[2])
	must(err)
	for {
		conn, err := listener.Accept()
		must(err)
		go serve(os.Args[1], tls.Server(conn, config))
	}
}
